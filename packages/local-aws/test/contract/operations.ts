import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** What looks for the parts of foundations: asked in test/stacks/foundation-converges.test.ts, where one stands. */
export const ofFoundations =
  /(^|\/)(lookup\/[a-z-]+|owned|tenants|existing-parts|oidc-provider|balancer-scheme)\.ts$/;

/** The operations of some of the edges' code, by the SDK's names of commands and paginators. */
export function operationsIn(isMeant: (file: string) => boolean): string[] {
  const folder = fileURLToPath(new URL("../../../../src/adapters/aws", import.meta.url));
  const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && isMeant(file))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  return [...code.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)].map(
    ([, command, paged]) => command ?? paged ?? "",
  );
}
