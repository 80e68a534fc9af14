import type { Context } from "../../context/context.js";
import type { StackSpec, StateResource } from "../../adapters/engine/engine.js";
import { storedResources } from "../../adapters/engine/stored-state.js";
import type { Share } from "../../core/project/capacity.js";
import { isBalancersRule, type Standing } from "../../core/project/standing.js";

/** By service, what the program must know of what is there: what the provider compares it with. */
export interface InPlace {
  /** Capacity provider strategies. */
  capacity: Record<string, readonly Share[]>;
  standing: Record<string, Standing>;
  /** Names of the namespaces in which its services find each other. */
  namespaces: string[];
  /** By service that is reached by name, what is spoken there: `http`, `http2`, `grpc` or `tcp`. */
  spoken: Record<string, string>;
}

const types = {
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  rule: "aws:lb/listenerRule:ListenerRule",
  listener: "aws:lb/listener:Listener",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  namespace: "aws:servicediscovery/httpNamespace:HttpNamespace",
};

/** Read from the stack's state. Only a state that is not plain files or objects costs a process of the engine. */
export async function readInPlace(
  context: Pick<Context, "engine">,
  spec: StackSpec,
  exists: boolean,
): Promise<InPlace> {
  if (!exists) return { capacity: {}, standing: {}, namespaces: [], spoken: {} };
  const stored = await storedResources(spec);
  const resources = stored ?? (await (await context.engine()).state(spec))?.resources;
  return inPlace(resources ?? []);
}

export function inPlace(resources: readonly StateResource[]): InPlace {
  const services = resources.filter(({ type }) => type === types.service).map(({ name }) => name);
  const of = (type: string, name: string) => {
    const found = resources.find((one) => one.type === type && one.name === name);
    return found && { ...found.inputs, ...found.outputs };
  };
  // Services without a strategy are left out: to or from none there is no way in place.
  const capacity = services.flatMap((name): [string, readonly Share[]][] => {
    const strategy = of(types.service, name)?.["capacityProviderStrategies"];
    return Array.isArray(strategy) && strategy.length > 0 ? [[name, strategy as Share[]]] : [];
  });
  const standing = services.flatMap((name): [string, Standing][] => {
    const group =
      of(types.targetGroup, `${name}-targets`) ?? of(types.targetGroup, `${name}-network-targets`);
    const rule = of(types.rule, `${name}-rule`);
    // A listener of a network load balancer is the service's own: where it stands is the load balancer.
    const place = rule?.["listenerArn"] ?? of(types.listener, `${name}-network`)?.["loadBalancerArn"];
    if (typeof group?.["name"] !== "string" || typeof place !== "string") return [];
    const tasks = of(types.securityGroup, `${name}-tasks`);
    return [
      [
        name,
        {
          targetGroup: group["name"],
          port: number(group["port"]),
          listener: place,
          securityGroup: typeof tasks?.["name"] === "string" ? tasks["name"] : undefined,
          openPorts: openPorts(tasks?.["ingress"]),
          taskPort: taskPort(of(types.service, name)?.["loadBalancers"]),
        },
      ],
    ];
  });
  return {
    capacity: Object.fromEntries(capacity),
    standing: Object.fromEntries(standing),
    spoken: Object.fromEntries(
      services.flatMap((name) => {
        const connect = of(types.service, name)?.["serviceConnectConfiguration"];
        const definition = of(types.taskDefinition, `${name}-task`)?.["containerDefinitions"];
        const protocol = spokenAt(portName(connect), definition);
        return protocol === undefined ? [] : [[name, protocol]];
      }),
    ),
    namespaces: resources.flatMap(({ type, inputs }) =>
      type === types.namespace && typeof inputs["name"] === "string" ? [inputs["name"]] : [],
    ),
  };
}

/** Of the only service that a configuration of names has; undefined for one that only calls others. */
function portName(connect: unknown): string | undefined {
  const { services } = (connect ?? {}) as { services?: unknown };
  const [first] = Array.isArray(services) ? (services as { portName?: unknown }[]) : [];
  return typeof first?.portName === "string" ? first.portName : undefined;
}

/** Without `appProtocol` it is plain TCP; undefined where the state does not tell. Source: ECS, PortMapping. */
function spokenAt(port: string | undefined, definition: unknown): string | undefined {
  if (port === undefined || typeof definition !== "string") return undefined;
  const containers = JSON.parse(definition) as { portMappings?: { name?: string; appProtocol?: string }[] }[];
  const mapping = containers
    .flatMap(({ portMappings = [] }) => portMappings)
    .find(({ name }) => name === port);
  return mapping && (mapping.appProtocol ?? "tcp");
}

/** To the load balancer. */
function openPorts(ingress: unknown): number[] {
  const rules = Array.isArray(ingress) ? (ingress as { fromPort?: unknown; description?: unknown }[]) : [];
  return rules.flatMap(({ fromPort, description }) =>
    isBalancersRule(description) ? (number(fromPort) ?? []) : [],
  );
}

function taskPort(loadBalancers: unknown): number | undefined {
  const [first] = Array.isArray(loadBalancers) ? (loadBalancers as { containerPort?: unknown }[]) : [];
  return number(first?.containerPort);
}

function number(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
