import { isAuthenticating } from "../../services/elbv2/authenticate.js";
import type { Routing } from "../../services/elbv2/routing.js";
import { reachable, signInSettings, type StandIns } from "./issuers.js";

/** Issuers that nothing stands in for, a line each: signing in goes as far as the redirect to them. */
export function issuersNotPlayed(routing: Routing, standIns: StandIns): string[] {
  const hosts = routing
    .listeners()
    .flatMap(({ listener, rules }) => [
      ...rules.flatMap(({ actions }) => actions),
      ...listener.defaultActions,
    ])
    .filter(isAuthenticating)
    .flatMap((action) => signInSettings(action)?.tokenEndpoint ?? [])
    .filter((endpoint) => reachable(endpoint, standIns) === undefined)
    .map((endpoint) => new URL(endpoint).host);
  return [...new Set(hosts)].map(
    (host) =>
      `sign-in by ${host}, beyond the redirect to it: set MOORAGE_LOCAL_ISSUERS to what stands in for it`,
  );
}
