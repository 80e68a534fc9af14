import type {
  DeleteTaskDefinitionsRequest,
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionFamiliesRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import type { Site } from "../../cloud.js";
import { isAt } from "./clusters.js";
import { checkContainers, withDefaults } from "./container-definitions.js";
import { checkTaskSize } from "./container-options.js";
import { clientError, invalid } from "./errors.js";
import { checkFargateSize, fargateLaunch, unitsOf } from "./fargate.js";
import { ecsArn, lastPart } from "./ids.js";
import { checkVolumes } from "./volumes.js";
import { ecsPage } from "./pages.js";
import type { Tables, TaskDefinitionRow } from "./rows.js";
import { checkedTags } from "./tags.js";

const familyPattern = /^[a-zA-Z0-9_-]{1,255}$/;
/** Task definition size in bytes: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const mostBytes = 65_536;
/** DeleteTaskDefinitions takes at most so many. */
const mostDeletions = 10;

/** By ARN, `family:revision`, or `family` (its latest ACTIVE revision). */
export function findTaskDefinition(
  tables: Tables,
  site: Site,
  reference = "",
): TaskDefinitionRow | undefined {
  const short = lastPart(reference);
  if (reference.startsWith("arn:") && short.includes(":")) return tables.taskDefinitions[reference];
  if (short.includes(":")) return tables.taskDefinitions[ecsArn.family(site, short)];
  return revisionsOf(tables, site, short)
    .filter(({ status }) => status === "ACTIVE")
    .at(-1);
}

function revisionsOf(tables: Tables, site: Site, family: string): TaskDefinitionRow[] {
  return Object.values(tables.taskDefinitions)
    .filter((row) => row.family === family && isAt(row.site, site))
    .sort((a, b) => a.revision - b.revision);
}

export function taskDefinitionOperations(tables: Tables, changed: () => void, now: () => number) {
  return {
    RegisterTaskDefinition: (input: RegisterTaskDefinitionRequest, site: Site) => {
      const definition = checkedDefinition(input);
      const name = input.family ?? "";
      const family = ecsArn.family(site, name);
      const revision = (tables.families[family] ?? 0) + 1;
      const row: TaskDefinitionRow = {
        arn: `${family}:${revision}`,
        family: name,
        revision,
        site,
        status: "ACTIVE",
        definition,
        tags: checkedTags(input.tags),
        registeredAt: now(),
      };
      tables.families[family] = revision;
      tables.taskDefinitions[row.arn] = row;
      changed();
      return { taskDefinition: taskDefinitionView(row), tags: row.tags };
    },
    DescribeTaskDefinition: ({ taskDefinition, include }: DescribeTaskDefinitionRequest, site: Site) => {
      const row = findTaskDefinition(tables, site, taskDefinition);
      if (row === undefined) throw clientError("Unable to describe task definition.");
      return { taskDefinition: taskDefinitionView(row), tags: include?.includes("TAGS") ? row.tags : [] };
    },
    DeregisterTaskDefinition: ({ taskDefinition }: DeregisterTaskDefinitionRequest, site: Site) => {
      const row = taskDefinition?.includes(":")
        ? findTaskDefinition(tables, site, taskDefinition)
        : undefined;
      if (row === undefined) throw clientError("The specified task definition does not exist.");
      if (row.status === "ACTIVE") {
        row.status = "INACTIVE";
        row.deregisteredAt = now();
      }
      changed();
      return { taskDefinition: taskDefinitionView(row) };
    },
    DeleteTaskDefinitions: ({ taskDefinitions }: DeleteTaskDefinitionsRequest, site: Site) => {
      if ((taskDefinitions ?? []).length > mostDeletions)
        throw invalid(`The number of task definitions to delete must be at most ${mostDeletions}.`);
      const answers = (taskDefinitions ?? []).map((reference) => deleteOne(tables, site, reference, now()));
      changed();
      return {
        taskDefinitions: answers.flatMap((answer) =>
          "row" in answer ? [taskDefinitionView(answer.row)] : [],
        ),
        failures: answers.flatMap((answer) => ("failure" in answer ? [answer.failure] : [])),
      };
    },
    ListTaskDefinitions: (input: ListTaskDefinitionsRequest, site: Site) => {
      const status = input.status ?? "ACTIVE";
      const rows = Object.values(tables.taskDefinitions)
        .filter((row) => isAt(row.site, site) && row.status === status)
        .filter(({ family }) => input.familyPrefix === undefined || family === input.familyPrefix)
        .sort((a, b) => a.family.localeCompare(b.family) || a.revision - b.revision);
      const { items, nextToken } = ecsPage(input.sort === "DESC" ? rows.reverse() : rows, input);
      return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken };
    },
    ListTaskDefinitionFamilies: (input: ListTaskDefinitionFamiliesRequest, site: Site) => {
      const rows = Object.values(tables.taskDefinitions).filter((row) => isAt(row.site, site));
      const active = new Set(rows.filter(({ status }) => status === "ACTIVE").map(({ family }) => family));
      const wanted = [...new Set(rows.map(({ family }) => family))]
        .filter((family) => family.startsWith(input.familyPrefix ?? ""))
        .filter((family) => isWanted(input.status ?? "ALL", active.has(family)))
        .sort();
      const { items, nextToken } = ecsPage(wanted, input);
      return { families: items, nextToken };
    },
  };
}

function isWanted(status: string, active: boolean): boolean {
  return status === "ALL" || (status === "ACTIVE") === active;
}

function checkedDefinition(input: RegisterTaskDefinitionRequest): TaskDefinitionRow["definition"] {
  const { family } = input;
  if (!family) throw clientError("Family should not be null or empty.");
  if (!familyPattern.test(family))
    throw clientError(
      `Invalid family name '${family}': 1 to 255 letters, digits, hyphens and underscores are allowed.`,
    );
  const fargate = input.requiresCompatibilities?.includes(fargateLaunch) ?? false;
  const networkMode = input.networkMode ?? (fargate ? "awsvpc" : "bridge");
  if (fargate && networkMode !== "awsvpc") throw clientError("Fargate only supports network mode ‘awsvpc’.");
  checkContainers(input.containerDefinitions, networkMode);
  checkVolumes(input);
  checkLength(input);
  if (fargate) {
    checkFargateSize(input.cpu, input.memory);
    checkTaskSize(input, {
      cpu: unitsOf(input.cpu ?? "", "vcpu"),
      memory: unitsOf(input.memory ?? "", "gb"),
    });
  }
  return {
    ...withoutNames(input),
    networkMode,
    containerDefinitions: (input.containerDefinitions ?? []).map((container) =>
      withDefaults(container, networkMode),
    ),
    volumes: input.volumes ?? [],
    placementConstraints: input.placementConstraints ?? [],
    ...(input.cpu !== undefined && { cpu: String(unitsOf(input.cpu, "vcpu")) }),
    ...(input.memory !== undefined && { memory: String(unitsOf(input.memory, "gb")) }),
  };
}

function checkLength(input: RegisterTaskDefinitionRequest): void {
  const length = Buffer.byteLength(JSON.stringify(input));
  if (length > mostBytes)
    throw clientError(`Actual length: '${length}'. Max allowed length is '${mostBytes}' bytes.`);
}

function withoutNames(input: RegisterTaskDefinitionRequest): TaskDefinitionRow["definition"] {
  const copy: Partial<RegisterTaskDefinitionRequest> = { ...input };
  delete copy.family;
  delete copy.tags;
  return copy as TaskDefinitionRow["definition"];
}

function deleteOne(
  tables: Tables,
  site: Site,
  reference: string,
  now: number,
): { row: TaskDefinitionRow } | { failure: { arn: string; reason: string } } {
  const row = reference.includes(":") ? findTaskDefinition(tables, site, reference) : undefined;
  if (row === undefined)
    return { failure: { arn: reference, reason: "The specified task definition was not found." } };
  if (row.status === "ACTIVE")
    return {
      failure: {
        arn: row.arn,
        reason:
          "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
      },
    };
  row.status = "DELETE_IN_PROGRESS";
  row.deleteRequestedAt ??= now;
  if (!isInUse(tables, row.arn)) Reflect.deleteProperty(tables.taskDefinitions, row.arn);
  return { row };
}

/** Whether a service or a task refers to a revision: one in deletion stays so long. */
export function isInUse(tables: Tables, arn: string): boolean {
  const revisions = Object.values(tables.services)
    .filter(({ state }) => state.status !== "INACTIVE")
    .flatMap(({ state }) => state.deployments.map(({ revision }) => tables.revisions[revision]));
  if (revisions.some((revision) => revision?.config.taskDefinition === arn)) return true;
  return Object.values(tables.tasks).some(
    (task) => task.taskDefinitionArn === arn && task.lastStatus !== "STOPPED",
  );
}

export function taskDefinitionView(row: TaskDefinitionRow): TaskDefinition {
  const compatibilities =
    row.definition.networkMode === "awsvpc" ? (["EC2", fargateLaunch] as const) : (["EC2"] as const);
  return {
    ...row.definition,
    taskDefinitionArn: row.arn,
    family: row.family,
    revision: row.revision,
    status: row.status,
    requiresAttributes: [],
    compatibilities: [...compatibilities],
    registeredAt: new Date(row.registeredAt),
    ...(row.deregisteredAt !== undefined && { deregisteredAt: new Date(row.deregisteredAt) }),
    ...(row.deleteRequestedAt !== undefined && { deleteRequestedAt: new Date(row.deleteRequestedAt) }),
    registeredBy: `arn:aws:iam::${row.site.account}:root`,
  };
}
