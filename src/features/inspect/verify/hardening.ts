import type { ServiceConfig } from "../../../core/project/service-schema.js";
import { type Judgement, pass } from "./finding.js";

type Confinement = Pick<ServiceConfig, "capabilities" | "exec" | "readOnly" | "user">;

/** What the app's container could be denied, as settings. Advice: not every app runs with it, so it never fails. */
export function proposedHardening({ capabilities, exec, readOnly, user }: Confinement): string[] {
  return [
    ...(user === "image" ? ['`user: "1000:1000"`'] : []),
    // ECS Exec writes to the root.
    ...(readOnly || exec ? [] : ["`readOnly: true`"]),
    ...(capabilities?.drop.includes("ALL") === true ? [] : ["`capabilities: { drop: [ALL] }`"]),
  ];
}

export function judgeHardening(service: Confinement): Judgement {
  const proposed = proposedHardening(service);
  if (proposed.length === 0) return pass("It runs with the hardened settings.");
  return pass(
    `It could be denied more: set ${proposed.join(", ")} where the app runs with it. Try it with --target local first.`,
  );
}
