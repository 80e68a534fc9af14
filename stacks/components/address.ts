import * as pulumi from "@pulumi/pulumi";
import { HostMistake, type StackPlace, resolveHosts } from "../../src/core/project/service-hosts.js";
import { kindOf, wantedRules } from "../../src/core/project/kinds/kind-of.js";
import { bySpecificity } from "../../src/core/project/priorities.js";
import type { Config } from "../../src/core/project/schema.js";

/** How a listener is reached from outside. */
export interface Entrance {
  scheme: "http" | "https";
  listenerPort: number;
}

/** `https://pr-42.preview.example.com/`, `http://pr-42.localhost:8080/`. */
export function urlOf(host: string, { scheme, listenerPort }: Entrance, path = "/"): string {
  const port = listenerPort === (scheme === "https" ? 443 : 80) ? "" : `:${listenerPort}`;
  return `${scheme}://${host}${port}${path}`;
}

/** Where a service begins: the first of its patterns, up to its wildcard. `/api/*` gives `/api/`. */
export function entryPath(patterns: readonly string[]): string {
  return /^[^*?]*/.exec(patterns[0] ?? "/")?.[0] ?? "/";
}

/**
 * Where each service that takes requests is found, and the stack: at its own host where a service has that, else where the service
 * with the widest paths is, the first by name of several.
 */
export function addressesOf(
  config: Pick<Config, "services">,
  place: StackPlace,
  entrance: Entrance & { further: Readonly<Record<string, Entrance>> },
): { url: string | null; urls: Record<string, string> } {
  const routed = wantedRules(config).filter(({ name }) => name === undefined);
  if (routed.length === 0) return { url: null, urls: {} };
  const hosts = new Map(routed.map(({ service }) => [service, firstHost(config, service, place)]));
  const entranceOf = (service: string) => {
    const settings = config.services[service];
    return (settings?.kind === "web" && entrance.further[settings.listener ?? ""]) || entrance;
  };
  const urls = routed.map(({ service, paths }) => [
    service,
    urlOf(hosts.get(service) ?? "", entranceOf(service), entryPath(paths)),
  ]);
  const own = place.host !== undefined && [...hosts.values()].includes(place.host) ? place.host : undefined;
  const [widest] = bySpecificity(routed).toReversed();
  const widestHosts = routed
    .filter(({ paths }) => paths.join() === widest?.paths.join())
    .map(({ service }) => service)
    .sort();
  const root = own ?? hosts.get(widestHosts[0] ?? "") ?? "";
  const owner = routed.find(({ service }) => hosts.get(service) === root)?.service ?? "";
  return { url: urlOf(root, entranceOf(owner)), urls: Object.fromEntries(urls) as Record<string, string> };
}

/** A service's host: the one that is written first. */
export function firstHost({ services }: Pick<Config, "services">, name: string, place: StackPlace): string {
  const settings = services[name];
  const [main] = settings === undefined ? [] : kindOf(settings).rulesOf(settings);
  try {
    return resolveHosts(main?.hosts?.slice(0, 1), place)[0] ?? "";
  } catch (error) {
    if (error instanceof HostMistake) throw new pulumi.RunError(`${name}: ${error.message}`);
    throw error;
  }
}
