import { previewHostsOf } from "./service-hosts.js";
import type { WebService } from "./service-schema.js";

/**
 * Where a service is found in previews. Redirects and fixed answers stay as far as they are of the service's own hosts: others are
 * names of the environment.
 */
export function previewRoutes(
  name: string,
  { hosts, redirects, fixed }: Pick<WebService, "hosts" | "redirects" | "fixed">,
  own: readonly string[] | undefined,
): Partial<WebService> {
  const found = own ?? previewHostsOf(name, hosts);
  return {
    // Previews stand at their own load balancers alone.
    listener: undefined,
    listeners: undefined,
    ...(found !== undefined && { hosts: [...found] }),
    ...(redirects && { redirects: redirects.filter((one) => one.hosts === undefined) }),
    ...(fixed && { fixed: fixed.filter((one) => one.hosts === undefined) }),
  };
}
