import type { DescribeServicesCommandOutput, Service } from "@aws-sdk/client-ecs";
import type {
  DescribeListenersCommandOutput,
  DescribeLoadBalancersCommandOutput,
  DescribeRulesCommandOutput,
  DescribeTargetHealthCommandOutput,
  Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Cloud, Site } from "../cloud.js";

/** One ECS service of the local target, for people and `local status --json`. */
export interface ServiceStatus {
  /** From the service's tag `moorage:stack`. */
  stack?: string;
  cluster: string;
  service: string;
  host?: string;
  url?: string;
  running: number;
  desired: number;
  /** Targets that pass their health check; the running tasks where there is no load balancer. */
  healthy: number;
  taskDefinition: string;
}

/** All services of a site with their hosts and health. */
export async function serviceStatuses(
  cloud: Cloud,
  site: Site,
  balancerPort: number,
): Promise<ServiceStatus[]> {
  const call = <Output>(service: "ecs" | "elbv2", operation: string, input: unknown) =>
    cloud.call<Output>(service, operation, input, site);
  const rules = await allRules(call);
  const services = await allServices(call);
  return Promise.all(services.map((service) => statusOf(service, rules, balancerPort, call)));
}

type Call = <Output>(service: "ecs" | "elbv2", operation: string, input: unknown) => Promise<Output>;

async function statusOf(
  service: Service,
  rules: readonly Rule[],
  port: number,
  call: Call,
): Promise<ServiceStatus> {
  const groups = (service.loadBalancers ?? []).flatMap(({ targetGroupArn }) => targetGroupArn ?? []);
  const { host, path } = placeOf(rules, groups);
  const stack = service.tags?.find((tag) => tag.key === "moorage:stack")?.value;
  return {
    ...(stack === undefined ? {} : { stack }),
    cluster: lastPart(service.clusterArn),
    service: service.serviceName ?? "",
    ...(host === undefined ? {} : { host, url: `http://${host}:${port}${path}` }),
    running: service.runningCount ?? 0,
    desired: service.desiredCount ?? 0,
    healthy: groups.length === 0 ? (service.runningCount ?? 0) : await healthyIn(groups, call),
    taskDefinition: lastPart(service.taskDefinition),
  };
}

/** The first host and path of a rule that forwards to one of the groups. */
function placeOf(
  rules: readonly Rule[],
  groups: readonly string[],
): { host: string | undefined; path: string } {
  const rule = rules.find(({ Actions }) =>
    Actions?.some(
      ({ TargetGroupArn, ForwardConfig }) =>
        groups.includes(TargetGroupArn ?? "") ||
        ForwardConfig?.TargetGroups?.some((group) => groups.includes(group.TargetGroupArn ?? "")),
    ),
  );
  const values = (field: string) => rule?.Conditions?.find(({ Field }) => Field === field);
  const host = values("host-header");
  const path = values("path-pattern");
  const firstPath = (path?.PathPatternConfig?.Values ?? path?.Values)?.[0] ?? "/";
  return { host: (host?.HostHeaderConfig?.Values ?? host?.Values)?.[0], path: firstPath.replace(/\*$/, "") };
}

async function healthyIn(groups: readonly string[], call: Call): Promise<number> {
  const answers = await Promise.all(
    groups.map((TargetGroupArn) =>
      call<DescribeTargetHealthCommandOutput>("elbv2", "DescribeTargetHealth", { TargetGroupArn }).catch(
        () => undefined,
      ),
    ),
  );
  const targets = answers.flatMap((answer) => answer?.TargetHealthDescriptions ?? []);
  return targets.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
}

async function allServices(call: Call): Promise<Service[]> {
  const { clusterArns = [] } = await call<{ clusterArns?: string[] }>("ecs", "ListClusters", {});
  const found: Service[] = [];
  for (const cluster of clusterArns) {
    let nextToken: string | undefined;
    do {
      // DescribeServices takes at most ten at a time.
      const page: { serviceArns?: string[]; nextToken?: string } = await call("ecs", "ListServices", {
        cluster,
        maxResults: 10,
        nextToken,
      });
      const services = page.serviceArns ?? [];
      const input = { cluster, services, include: ["TAGS"] };
      if (services.length > 0) {
        found.push(
          ...((await call<DescribeServicesCommandOutput>("ecs", "DescribeServices", input)).services ?? []),
        );
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  }
  return found;
}

async function allRules(call: Call): Promise<Rule[]> {
  const { LoadBalancers = [] } = await call<DescribeLoadBalancersCommandOutput>(
    "elbv2",
    "DescribeLoadBalancers",
    {},
  );
  const listeners = await Promise.all(
    LoadBalancers.map(({ LoadBalancerArn }) =>
      call<DescribeListenersCommandOutput>("elbv2", "DescribeListeners", { LoadBalancerArn }),
    ),
  );
  const arns = listeners.flatMap(({ Listeners = [] }) => Listeners.map(({ ListenerArn }) => ListenerArn));
  const rules = await Promise.all(
    arns.map((ListenerArn) => call<DescribeRulesCommandOutput>("elbv2", "DescribeRules", { ListenerArn })),
  );
  return rules.flatMap(({ Rules = [] }) => Rules);
}

function lastPart(arn: string | undefined): string {
  return arn?.split("/").at(-1) ?? "";
}
