import { badRequest } from "../errors.js";
import type { Config } from "./schema.js";
import { requestsOf, rulesOfService } from "./service-rules.js";

/** Of services that name no host. */
const stackHost = "{stack}.{domain}";

/**
 * Refuses a preview in which two services would answer the same requests (`config-invalid`, exit 2): apart in the environment, at
 * listeners of their own, they meet at the preview's one load balancer, where the second would never be asked. `services`: as a
 * preview runs them.
 */
export function refuseSharedRoutes(stack: string, { services }: Pick<Config, "services">): void {
  const owners = new Map<string, string>();
  for (const [name, service] of Object.entries(services)) {
    if (service.kind !== "web") continue;
    for (const request of rulesOfService(service).flatMap((one) => [...requestsOf(one, stackHost).keys()])) {
      const owner = owners.get(request);
      if (owner !== undefined && owner !== name) throw shared(stack, request, owner, name);
      owners.set(request, name);
    }
  }
}

function shared(stack: string, request: string, owner: string, name: string) {
  return badRequest(
    "config-invalid",
    `${stack} is not deployed: ${owner} and ${name} would both answer ${request}, because a preview has one load balancer for all its services.`,
    `Give one of them a host of its own there: hosts: ["{stack}-${name}.{domain}"] in moorage:preview.services.${name}.`,
  );
}
