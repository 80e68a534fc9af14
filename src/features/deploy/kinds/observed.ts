import type { AwsClients } from "../../../adapters/aws/clients.js";
import { kindOf } from "../../../core/project/kinds/kind-of.js";
import type { ServiceKind } from "../../../core/project/kinds/kind.js";
import type { Config } from "../../../core/project/schema.js";
import { web } from "./web.js";

/** A service as it is looked at. */
export interface ProbedService {
  name: string;
  serviceName: string;
  targetGroup: string;
}

/** How a service of one kind is looked at while it is deployed, and afterwards. One file per kind. */
export interface ObservedKind {
  /**
   * Why it does not serve the wanted bytes, as the rest of a sentence that its URL begins; undefined where it does, or where
   * any bytes will do (no digests) and something is healthy (F33).
   */
  whyNotServing(
    aws: AwsClients,
    cluster: string,
    service: ProbedService,
    digests: readonly string[],
  ): Promise<string | undefined>;
  /** The health checks that fail now, a line each. */
  failingChecks(aws: AwsClients, service: Pick<ProbedService, "targetGroup">): Promise<string[]>;
  /** How many of its tasks are healthy. */
  countHealthy(aws: AwsClients, service: Pick<ProbedService, "targetGroup">): Promise<number>;
  /** Whether requests reach it otherwise than before: what ECS rolls back to would get none. */
  hasMoved(
    before: Pick<ProbedService, "targetGroup"> | undefined,
    now: Pick<ProbedService, "targetGroup">,
  ): boolean;
}

const kinds: Record<ServiceKind["name"], ObservedKind> = { web };

/** Of a service that is not configured any more the record has the target group: it was a web service. */
export function observedKind({ services }: Pick<Config, "services">, name: string): ObservedKind {
  const settings = services[name];
  return settings === undefined ? web : kinds[kindOf(settings).name];
}
