import { randomBytes } from "node:crypto";
import { AwsError, type AwsService } from "../../cloud.js";
import type { NetworkInterface, NetworkInterfaces, Pace, Target, TargetGroups } from "../../ports.js";
import type { Store } from "../../store.js";
import { certificateOperations } from "./certificates.js";
import type { Context, SubnetOf } from "./context.js";
import { Fleet } from "./target-registry.js";
import { accountLimits, awsLimits, type Limits } from "./limits.js";
import { listenerOperations } from "./listeners.js";
import { loadBalancerOperations } from "./load-balancers.js";
import { probe as realProbe, type Probe } from "./probe.js";
import type { Routing } from "./routing.js";
import { type LoadBalancerRow, ofSite, openRows, targetKey, type Rows } from "./rows.js";
import { ruleOperations } from "./rules.js";
import { elbv2TagOperations } from "./tags.js";
import { targetHealth } from "./target-health.js";
import { targetGroupOperations } from "./target-groups.js";
import { targetOperations } from "./targets.js";

export interface Elbv2Options {
  store: Store;
  pace: Pace;
  /** AWS's quotas where they differ, asked at every call: a fault may fill one. */
  limits?: () => Partial<Limits>;
  /** Where a load balancer's subnets are. */
  subnetOf?: SubnetOf;
  /** See `Context.portTaken`. */
  portTaken?: (port: number) => Promise<boolean>;
  /** Whether the listener of this port, though it speaks HTTP here, stands for one that encrypts. */
  standsForHttps?: (port: number) => boolean;
  /** Seals what is secret in listener rules, and sessions of those that are signed in (32 bytes); one of this process by default. */
  key?: Buffer;
  probe?: Probe;
  /** What a process may take to boot before its failed checks count, in milliseconds; see `patience`. */
  bootAllowanceMs?: number;
}

export interface Elbv2 extends AwsService {
  targetGroups: TargetGroups;
  /** What the balancer reads, and tells, about traffic. */
  routing: Routing;
  /** Of load balancers: one in each of their subnets. */
  interfaces: NetworkInterfaces;
  /** Takes up the checks and drains of the state that was left. */
  start(): void;
  /** Ends all checks and timers; the rows stay. */
  stop(): void;
}

/**
 * Elastic Load Balancing v2 (application load balancers, and network load balancers by TCP) of the local target: its API, target registration and health.
 * Traffic is the balancer's part.
 *
 * Time: health check intervals and deregistration delays of what is in transition are divided by `pace.factor`; check and
 * request timeouts never are. A target that has settled is checked at AWS's own interval, unless a request to it fails or is answered with a server error:
 * then it is checked at once, and at the faster pace until it has settled again.
 */
export function createElbv2(options: Elbv2Options): Elbv2 {
  const rows = openRows(options.store);
  const key = options.key ?? randomBytes(32);
  const fleet = new Fleet(rows, { probe: realProbe, ...options, key });
  const context: Context = {
    rows,
    limits: () => ({ ...awsLimits, ...options.limits?.() }),
    subnetOf: options.subnetOf,
    portTaken: options.portTaken,
    isEncrypted: ({ port, protocol }) => protocol === "HTTPS" || options.standsForHttps?.(port) === true,
    key,
    saved: () => options.store.changed(),
    rerouted: () => fleet.rerouted(),
    recheck: (group) => fleet.recheck(group),
  };
  return {
    operations: {
      ...loadBalancerOperations(context),
      ...listenerOperations(context),
      ...certificateOperations(context),
      ...ruleOperations(context),
      ...targetGroupOperations(context),
      ...targetOperations(context, fleet),
      ...elbv2TagOperations(context),
      DescribeAccountLimits: () => accountLimits(context.limits()),
    },
    targetGroups: targetGroupsPort(rows, fleet),
    routing: fleet.routing,
    interfaces: (site) => ofSite(rows.loadBalancers, site).flatMap(interfacesOf),
    start: () => fleet.start(),
    stop: () => fleet.stop(),
  };
}

function interfacesOf({ arn, subnets, securityGroups }: LoadBalancerRow): NetworkInterface[] {
  const id = arn.split("/").at(-1) ?? "";
  return subnets.map((subnet, index) => ({
    id: `eni-${id}${index}`,
    description: `ELB ${arn.split(":loadbalancer/")[1] ?? ""}`,
    subnet,
    groups: securityGroups,
  }));
}

/** Target groups as ECS uses them. Deregistering from a group that is gone is no error: ECS stops its tasks later. */
function targetGroupsPort(rows: Rows, fleet: Fleet): TargetGroups {
  return {
    register(arn: string, target: Target) {
      const group = rows.targetGroups[arn];
      if (!group) throw new AwsError("TargetGroupNotFound", "One or more target groups not found");
      fleet.register(group, target);
    },
    deregister(arn: string, target: Target) {
      const group = rows.targetGroups[arn];
      if (group) fleet.deregister(group, target);
    },
    listening(arn, target) {
      const group = rows.targetGroups[arn];
      if (group) fleet.listening(group, target);
    },
    health(arn, target) {
      const row = rows.targetGroups[arn]?.targets[targetKey(target)];
      if (!row) return undefined;
      const { State, Reason, Description } = targetHealth(row, fleet.attached(arn));
      return { state: State, reason: Reason, description: Description };
    },
    attached: (arn) => fleet.attached(arn),
    exists: (arn) => rows.targetGroups[arn] !== undefined,
    onChange: (listener) => fleet.onChange(listener),
  };
}
