import type {
  ContainerDefinition,
  DescribeTaskDefinitionCommandOutput,
  TaskDefinition,
} from "@aws-sdk/client-ecs";
import { canonical, isObject, type Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeEcsTags } from "./tags.js";
import { lowerTags, tagMap, text, unlessGone } from "../../../resources/convert.js";

/** Everything but its tags and how the provider treats it makes a new revision. */
const replaces = [
  "containerDefinitions",
  "cpu",
  "enableFaultInjection",
  "ephemeralStorage",
  "executionRoleArn",
  "family",
  "ipcMode",
  "memory",
  "networkMode",
  "pidMode",
  "placementConstraints",
  "proxyConfiguration",
  "requiresCompatibilities",
  "runtimePlatform",
  "taskRoleArn",
  "volumes",
];

export const taskDefinition: ResourceType = {
  tokens: ["aws:ecs/taskDefinition:TaskDefinition"],
  replaces,

  /** An import names it by its ARN. */
  idOf: (live) => text(live["family"]),

  check({ containerDefinitions }) {
    if (typeof containerDefinitions !== "string") return [];
    return parse(containerDefinitions) === undefined && containerDefinitions.startsWith("[")
      ? [
          {
            property: "containerDefinitions",
            reason: "ECS Task Definition container_definitions is invalid JSON",
          },
        ]
      : [];
  },

  same(property, before, after) {
    return property === "containerDefinitions" && normal(before) === normal(after);
  },

  async create(inputs, scope) {
    const sent = Object.entries(inputs).filter(([key]) => replaces.includes(key));
    const { taskDefinition: made } = await scope.call<{ taskDefinition: TaskDefinition }>(
      "ecs",
      "RegisterTaskDefinition",
      {
        ...Object.fromEntries(sent),
        ...storageOf(inputs["ephemeralStorage"]),
        containerDefinitions: parse(inputs["containerDefinitions"]) ?? [],
        ...(inputs["tags"] === undefined ? {} : { tags: lowerTags(inputs["tags"]) }),
      },
    );
    return { id: text(made.family), known: { arn: made.taskDefinitionArn } };
  },

  async read(id, scope, known) {
    const found = await describe(typeof known["arn"] === "string" ? known["arn"] : id, scope);
    if (found?.taskDefinition === undefined || found.taskDefinition.status === "INACTIVE") return undefined;
    return properties(found.taskDefinition, tagMap(found.tags));
  },

  async update(_id, news, olds, scope) {
    await changeEcsTags(text(olds["arn"]), olds["tags"], news["tags"], scope);
  },

  async delete(_id, state, scope) {
    if (state["skipDestroy"] === true) return;
    const call = scope.call("ecs", "DeregisterTaskDefinition", { taskDefinition: text(state["arn"]) });
    await unlessGone(call, "ClientException");
  },
};

/** The provider's word for it is another than ECS's. */
function storageOf(storage: unknown): Properties {
  return isObject(storage) ? { ephemeralStorage: { sizeInGiB: storage["sizeInGib"] } } : {};
}

async function describe(name: string, scope: Scope) {
  const input = { taskDefinition: name, include: ["TAGS"] };
  const call = scope.call<DescribeTaskDefinitionCommandOutput>("ecs", "DescribeTaskDefinition", input);
  return unlessGone(call, "ClientException");
}

function properties(live: TaskDefinition, tags: Properties | undefined): Properties {
  const arn = text(live.taskDefinitionArn);
  const { family, revision, cpu, memory, networkMode, executionRoleArn, taskRoleArn } = live;
  const { requiresCompatibilities, runtimePlatform, ephemeralStorage, ipcMode, pidMode } = live;
  return {
    arn,
    arnWithoutRevision: arn.replace(/:\d+$/, ""),
    family,
    revision,
    cpu,
    memory,
    networkMode,
    executionRoleArn,
    taskRoleArn,
    requiresCompatibilities,
    runtimePlatform,
    volumes: live.volumes?.length ? live.volumes : undefined,
    ephemeralStorage: ephemeralStorage && { sizeInGib: ephemeralStorage.sizeInGiB },
    ipcMode,
    pidMode,
    containerDefinitions: JSON.stringify(live.containerDefinitions ?? []),
    tags,
  };
}

/**
 * Container definitions without what AWS fills in and without the order that it does not keep: the real provider compares them
 * this way (`ContainerDefinitionsAreEquivalent` in terraform-provider-aws).
 */
function normal(value: unknown): unknown {
  const containers = parse(value);
  if (containers === undefined) return value;
  return canonical(
    containers.map((container) => ({
      ...(pruned(withDefaults(container)) as ContainerDefinition),
      // Lists below the top level are compared as they are: `reduce` in internal/service/ecs/container_definitions.go.
      linuxParameters: container.linuxParameters,
    })),
  );
}

function withDefaults(container: ContainerDefinition): ContainerDefinition {
  const byName = (a: { name?: string }, b: { name?: string }) => text(a.name).localeCompare(text(b.name));
  return {
    ...container,
    cpu: container.cpu || undefined,
    essential: container.essential ?? true,
    environment: container.environment?.toSorted(byName),
    secrets: container.secrets?.toSorted(byName),
    portMappings: container.portMappings?.map((mapping) => ({
      ...mapping,
      protocol: mapping.protocol ?? "tcp",
      hostPort: mapping.hostPort ?? mapping.containerPort,
    })),
  };
}

function pruned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isObject(value)) return value;
  const present = Object.entries(value).filter(
    ([, item]) => item !== null && item !== undefined && !(Array.isArray(item) && item.length === 0),
  );
  return Object.fromEntries(present.map(([key, item]) => [key, pruned(item)]));
}

function parse(json: unknown): ContainerDefinition[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text(json));
    return Array.isArray(parsed) ? (parsed as ContainerDefinition[]) : undefined;
  } catch {
    return undefined;
  }
}
