import { badRequest } from "../errors.js";
import type { Config } from "./schema.js";

/**
 * Refuses a preview of services that sign people in (`preview-sign-in`, exit 2): an issuer sends them back to hosts that it was told
 * alone, and without it everybody gets what the environment shows to a few. So a person says that it may be.
 */
export function refuseSignIn(stack: string, { services }: Pick<Config, "services">): void {
  const names = Object.entries(services)
    .filter(([, service]) => service.kind === "web" && service.auth !== undefined)
    .map(([name]) => name);
  if (names.length === 0) return;
  throw badRequest(
    "preview-sign-in",
    `${stack} is not deployed: ${names.join(", ")} has \`auth\`, and its issuer does not know the hosts of previews.`,
    `Set \`auth: none\` in moorage:preview.services.${names[0] ?? ""}, if everybody who finds a preview may use it.`,
  );
}
