import type { Config, Foundation, PreviewRoles } from "./schema.js";
import { badRequest, MoorageError } from "../errors.js";
import { cutByLimit } from "./permission-boundary.js";
import { jobsOf, startsItself } from "./jobs.js";
import { refuseSharedRoutes } from "./preview-shared-routes.js";
import { refuseSignIn } from "./preview-sign-in.js";
import { refusedReferences, withoutReferences } from "./preview-references.js";
import { referenceIn } from "./references.js";
import { matchesWildcards } from "./wildcards.js";

/** A setting that the roles of previews do not cover. */
interface Outside {
  /** `moorage:services.web.secrets.TOKEN`. */
  where: string;
  value: string;
  kind: "secrets" | "policies" | "statements" | "references";
}

/**
 * The roles that a preview's tasks run with, where they cover all that its configuration names. A pull request writes that
 * configuration itself, so it is told what it may have, and nothing is made for it. Raises `preview-roles-missing` (exit 2)
 * for a foundation that has none, `preview-sign-in` and `config-invalid` (exit 2), and `preview-not-allowed` (exit 4).
 */
export function allowedRoles(
  stack: string,
  config: Pick<Config, "app" | "services" | "jobs" | "foundation">,
  { previewRoles }: Pick<Foundation, "previewRoles">,
): PreviewRoles {
  refuseSignIn(stack, config);
  refuseSharedRoutes(stack, config);
  if (previewRoles === undefined) throw rolesMissing(stack, config);
  const outside = outsideOf(config, previewRoles);
  if (outside.length > 0) throw notAllowed(stack, config.app, outside, previewRoles);
  if (Object.values(config.jobs).some(startsItself) && previewRoles.scheduler === undefined)
    throw schedulerMissing(stack, config);
  return previewRoles;
}

function outsideOf(config: Pick<Config, "services" | "jobs">, roles: PreviewRoles): Outside[] {
  const parts = [
    ...Object.entries(config.services).map(([name, settings]) => ({
      path: `moorage:services.${name}`,
      settings,
    })),
    ...jobsOf(config).map(({ name, task: settings }) => ({ path: `moorage:jobs.${name}`, settings })),
  ];
  // What references are found to be is judged again by the program, which looks them up.
  const named = parts.flatMap(({ path, settings: { secrets, sidecars, policies, statements } }) => {
    const groups = [
      { where: `${path}.secrets`, secrets },
      ...Object.entries(sidecars).map(([sidecar, own]) => ({
        where: `${path}.sidecars.${sidecar}.secrets`,
        secrets: own.secrets,
      })),
    ];
    return [
      ...groups.flatMap(({ where, secrets: named }) =>
        Object.entries(named)
          .filter(([, arn]) => referenceIn(arn) === undefined)
          .filter(([, arn]) => !roles.secrets.some((pattern) => matchesWildcards(pattern, wholeSecret(arn))))
          .map(([variable, value]): Outside => ({ where: `${where}.${variable}`, value, kind: "secrets" })),
      ),
      ...withoutReferences(policies)
        .filter((arn) => !roles.policies.includes(arn))
        .map((value): Outside => ({ where: `${path}.policies`, value, kind: "policies" })),
      ...cutByLimit(
        statements.map((one) => ({ ...one, resources: withoutReferences(one.resources) })),
        roles.statements ?? [],
        roles.task,
      ).map(({ action, resource }): Outside => ({
        where: `${path}.statements`,
        value: `${action} on ${resource}`,
        kind: "statements",
      })),
    ];
  });
  return [...refusedReferences(config, roles), ...named];
}

/** Without the JSON key, stage and version that a task definition may add. */
function wholeSecret(arn: string): string {
  return arn.split(":")[2] === "ssm" ? arn : arn.split(":").slice(0, 7).join(":");
}

function rolesMissing(stack: string, { foundation }: Pick<Config, "foundation">): MoorageError {
  const isNamed = typeof foundation === "string";
  const what = isNamed ? foundation : "the foundation in moorage:foundation";
  const hint = isNamed
    ? `Run \`moorage infra up ${foundation}\` with this version of Moorage: it creates them.`
    : "Run `moorage infra up` for the foundation and set `previewRoles` in moorage:foundation to what it prints, or create two roles for ECS tasks and name them there as `execution` and `task`.";
  return badRequest(
    "preview-roles-missing",
    `${stack} is not deployed: ${what} has no roles for previews, and previews create none.`,
    hint,
  );
}

function schedulerMissing(stack: string, { foundation }: Pick<Config, "foundation">): MoorageError {
  const named = typeof foundation === "string" ? foundation : undefined;
  return badRequest(
    "preview-roles-missing",
    `${stack} is not deployed: ${named ?? "the foundation in moorage:foundation"} has no role that starts the jobs of previews.`,
    named === undefined
      ? "Name one as `scheduler` in `previewRoles` of moorage:foundation, or leave the jobs out of moorage:preview.jobs."
      : `Run \`moorage infra up ${named}\` with this version of Moorage, or leave the jobs out of moorage:preview.jobs.`,
  );
}

function notAllowed(
  stack: string,
  app: string,
  outside: readonly Outside[],
  roles: PreviewRoles,
): MoorageError {
  const lines = outside.map(({ where, value }) => `  - ${where}: ${value}`);
  const kinds = new Set(outside.map(({ kind }) => kind));
  const hints = [
    ...(kinds.has("secrets")
      ? [
          `give previews their own secret below ${app}/preview/ (or a parameter below /${app}/preview/) in moorage:preview.services.<service>.secrets; they may use ${listed(roles.secrets)}`,
        ]
      : []),
    ...(kinds.has("policies")
      ? [
          `leave the policies out in moorage:preview.services.<service>.policies; they may use ${listed(roles.policies)}`,
        ]
      : []),
    ...(kinds.has("references")
      ? [
          `give previews a value of their own in moorage:preview, or keep it below /${app}/preview/ in Parameter Store; they may refer to the exports ${listed(roles.exports ?? [])} and to ${listed(roles.secrets)}, and to no stack's outputs`,
        ]
      : []),
    ...(kinds.has("statements")
      ? [
          `leave the statements out in moorage:preview.services.<service>.statements; the role of previews' tasks allows ${listed((roles.statements ?? []).map(({ actions, resources }) => `${actions.join(", ")} on ${resources.join(", ")}`))}`,
        ]
      : []),
  ];
  const hint = `${hints.join("; ")}. An administrator adds to the list in moorage:previews of the foundation.`;
  return new MoorageError({
    code: "preview-not-allowed",
    message: `${stack} is not deployed: previews may not use what its configuration names:\n${lines.join("\n")}`,
    hint: hint.charAt(0).toUpperCase() + hint.slice(1),
  });
}

function listed(all: readonly string[]): string {
  return all.length === 0 ? "none" : all.join(", ");
}
