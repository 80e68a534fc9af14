import type { Invocation } from "../../../core/command.js";
import type { Project } from "../../../core/project/project.js";
import { withContext } from "../../../context/with-context.js";
import { type InfraStack, readInfraStack } from "../infra/stack.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import { type Finding, find, type Judgement, fail, pass, skip } from "../../inspect/verify/finding.js";
import type { Missing } from "./doctor-input.js";

/** Whether each foundation of the project has what this copy of Moorage wants of it. */
export function foundationFindings(invocation: Invocation, project: Project | Missing): Promise<Finding>[] {
  if ("missing" in project) return [];
  return project.environments
    .filter((stack) => stackKind(stack) === "foundation")
    .map((stack) => find(`foundation/${stack}`, () => judgeFoundation(invocation, project.folder, stack)));
}

async function judgeFoundation(invocation: Invocation, folder: string, stack: string): Promise<Judgement> {
  const infra = await readInfraStack(folder, stack);
  return withContext(invocation, infra.place, async (context) => {
    const record = (await context.records.read(stack))?.record;
    if (record?.foundation === undefined)
      return skip(`\`moorage infra up ${stack}\` has not created it yet.`);
    return judgeOutputs(infra, record.foundation, record.moorage);
  });
}

/** By what its last update told. `madeBy`: the version of Moorage that wrote its record. */
export function judgeOutputs(
  infra: Pick<InfraStack, "stack" | "environments" | "previewBase" | "raw">,
  outputs: Record<string, unknown>,
  madeBy = "of an older version",
): Judgement {
  const lacking = lackingIn(infra, outputs);
  if (lacking.length === 0) return pass("It has what this version of Moorage needs.");
  return fail(
    `It was created by Moorage ${madeBy} and lacks ${lacking.join(", ")}: run \`moorage infra up ${infra.stack}\` with this version.`,
  );
}

function lackingIn(
  { environments, previewBase, raw }: Parameters<typeof judgeOutputs>[0],
  outputs: Record<string, unknown>,
): string[] {
  const hasPreviews = environments.includes(previewBase);
  const roles = mapping(outputs["roles"]);
  const [deploy, plan] = [mapping(roles["deploy"]), mapping(roles["plan"])];
  const wanted: [what: string, isThere: boolean, isWanted?: boolean][] = [
    ...environments.map((name): (typeof wanted)[number] => [
      `the boundary of ${name}'s tasks`,
      name in mapping(outputs["permissionsBoundary"]),
    ]),
    ["the roles of previews' tasks", "previewRoles" in outputs, hasPreviews],
    ["the role that starts previews' jobs", "scheduler" in mapping(outputs["previewRoles"]), hasPreviews],
    [
      "previews' own load balancer",
      "previewEntrances" in outputs,
      hasPreviews && mapping(raw["moorage:loadBalancers"])["previews"] !== "shared",
    ],
  ];
  const ofWorkflows: typeof wanted = [
    ["the role of builds", "build" in roles],
    [
      "previews' own image repositories and the role that pushes there",
      "buildPreviews" in roles,
      hasPreviews,
    ],
    ["the role of previews", "preview" in roles, hasPreviews],
    ...environments.flatMap((name): typeof wanted => [
      [`the role to deploy ${name}`, name in deploy],
      [`the role to plan ${name}`, name in plan],
    ]),
  ];
  const all = raw["moorage:github"] === undefined ? wanted : [...wanted, ...ofWorkflows];
  return all.flatMap(([what, isThere, isWanted = true]) => (isWanted && !isThere ? [what] : []));
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
