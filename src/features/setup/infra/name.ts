import { badRequest } from "../../../core/errors.js";
import { stackKind } from "../../../core/project/stack-kind.js";

export type InfraKind = "foundation" | "github";

const instead = {
  environment: "`moorage deploy <env>` and `moorage diff <env>`",
  preview: "`moorage preview up --pr N` and `moorage preview destroy --pr N`",
};

/**
 * What kind of infrastructure a name stands for. Throws a bad request, code `not-infrastructure`, for an environment, a
 * preview (F36) and any other name.
 */
export function infraKind(name: string): InfraKind {
  const kind = stackKind(name);
  if (kind === "foundation" || kind === "github") return kind;
  const what = kind === undefined ? "no stack's name that Moorage knows" : `a stack of the kind ${kind}`;
  const use = kind === undefined ? "" : `; for that one there are ${instead[kind]}`;
  throw badRequest(
    "not-infrastructure",
    `${JSON.stringify(name.slice(0, 60))} is ${what}, not infrastructure.`,
    `Name \`github\` or a \`foundation-<env>\`${use}.`,
  );
}
