import type { AwsClients } from "../../../adapters/aws/clients.js";
import type { ServiceKind } from "../../../core/project/kinds/kind.js";
import type { Config } from "../../../core/project/schema.js";
import { web } from "./web.js";
import { worker } from "./worker.js";

/** Of a network load balancer's listener. */
export interface NetworkAddress {
  host: string;
  port: number;
  /** Whether it answers in its VPC alone. */
  internal: boolean;
}

/** A service as it is looked at. */
export interface ProbedService {
  name: string;
  /** Where a network load balancer listens for it. */
  network?: NetworkAddress | undefined;
  serviceName: string;
  /** Undefined for one that no load balancer leads to. */
  targetGroup?: string | undefined;
  /** Of further listeners. */
  furtherGroups?: readonly string[] | undefined;
}

type Routed = Pick<ProbedService, "targetGroup" | "furtherGroups">;

/** How a service of one kind is looked at while it is deployed, and afterwards. One file per kind. */
export interface ObservedKind {
  /**
   * Why it does not run the wanted bytes as it should, a clause; undefined where it does, or where any bytes will do (no
   * digests) and something is well (F33).
   */
  whyNotServing(
    aws: AwsClients,
    cluster: string,
    service: ProbedService,
    digests: readonly string[],
  ): Promise<string | undefined>;
  /** The load balancer's health checks that fail now, a line each. */
  failingChecks(aws: AwsClients, service: Routed): Promise<string[]>;
  /** How many of its tasks the load balancer calls healthy; undefined where it is not asked. */
  countHealthy(aws: AwsClients, service: Routed): Promise<number | undefined>;
  /** Whether requests reach it otherwise than before: what ECS rolls back to would get none. */
  hasMoved(before: Routed | undefined, now: Routed): boolean;
}

const kinds: Record<ServiceKind["name"], ObservedKind> = { web, internal: worker, network: web, worker };

/** Of a service that is not configured any more the record tells: one with a target group was a web service. */
export function observedKind(
  { services }: Pick<Config, "services">,
  { name, targetGroup }: Pick<ProbedService, "name" | "targetGroup">,
): ObservedKind {
  const service = services[name];
  // In previews no load balancer leads to it.
  if (service?.kind === "network" && service.network === undefined) return worker;
  const kind = service?.kind ?? (targetGroup === undefined ? "worker" : "web");
  return kinds[kind];
}
