import type { WantedRule } from "../priorities.js";
import { countConditions } from "../service-rules.js";
import type { Config } from "../schema.js";
import type { ServiceConfig } from "../service-schema.js";
import type { ServiceKind } from "./kind.js";
import { internal } from "./internal.js";
import { network } from "./network.js";
import { web } from "./web.js";
import { worker } from "./worker.js";

/** Every kind of service; the first that fits is a service's own. */
export const serviceKinds: readonly ServiceKind[] = [internal, network, web, worker];

export function kindOf(
  service: Partial<ServiceConfig>,
  kinds: readonly ServiceKind[] = serviceKinds,
): ServiceKind {
  const kind = kinds.find(({ fits }) => fits(service));
  if (kind === undefined) throw new Error("The configuration's schema lets a service of no kind pass");
  return kind;
}

/** The listener rules that an app wants: of the services that the load balancer leads to. */
export function wantedRules({ services }: Pick<Config, "services">): WantedRule[] {
  return Object.entries(services).flatMap(([service, settings]) =>
    kindOf(settings)
      .rulesOf(settings)
      .map(({ name, paths, match, listener }) => ({
        service,
        ...(name !== undefined && { name }),
        paths,
        ...(listener !== undefined && { listener }),
        ...(match !== undefined && { conditions: countConditions(match) }),
      })),
  );
}
