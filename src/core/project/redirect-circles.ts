import { expandPaths } from "./paths.js";
import { bySpecificity } from "./priorities.js";
import { redirectTarget } from "./rule-schema.js";
import { type RoutedSettings, rulesOfService, type ServiceRule } from "./service-rules.js";
import { matchesWildcards } from "./wildcards.js";

/** Redirects that lead to each other, so that a request that meets one never gets an answer. */
export interface RedirectCircle {
  service: string;
  /** Which of the service's redirects. */
  index: string;
  /** Where a request is sent, the first place again at the end. */
  way: string[];
}

interface Place {
  host: string;
  path: string;
}

interface Rule extends Omit<ServiceRule, "hosts"> {
  service: string;
  hosts: readonly string[];
}

/** Browsers give up after 20. */
const mostSteps = 50;

/**
 * Circles of two redirects or more, each told once; one that leads to itself is told by its own rule's check. Requests are
 * followed as the load balancer would send them: the most specific rule of host and path answers, and what has further
 * conditions answers others. `host`: of services that name none. `isHttps`: at a listener of HTTPS at 443.
 */
export function redirectCircles(
  services: Readonly<Record<string, RoutedSettings>>,
  host: string | undefined,
  isHttps = false,
): RedirectCircle[] {
  const rules = bySpecificity(
    Object.entries(services).flatMap(([service, settings]) =>
      rulesOfService(settings)
        .filter(({ match }) => match === undefined)
        .map((one): Rule => ({ ...one, service, hosts: one.hosts ?? (host === undefined ? [] : [host]) })),
    ),
  );
  const told = new Set<Rule>();
  return rules.flatMap((rule) => {
    if (rule.redirect === undefined || told.has(rule)) return [];
    for (const start of samplesOf(rule)) {
      const circle = circleFrom(start, rule, rules, isHttps);
      if (circle === undefined) continue;
      for (const one of circle.rules) told.add(one);
      return [{ service: rule.service, index: rule.at[1] ?? "", way: circle.way }];
    }
    return [];
  });
}

/** A request for each of its hosts and patterns. */
function samplesOf({ hosts, paths }: Rule): Place[] {
  const sample = (pattern: string) => pattern.replaceAll(/[*?]/g, "x");
  return hosts.flatMap((host) =>
    expandPaths(paths).map((path) => ({ host: sample(host), path: sample(path) })),
  );
}

function circleFrom(
  start: Place,
  rule: Rule,
  rules: readonly Rule[],
  isHttps: boolean,
): { rules: Set<Rule>; way: string[] } | undefined {
  const met = new Set<Rule>();
  const way: string[] = [];
  let place: Place | undefined = start;
  for (let step = 0; step < mostSteps && place !== undefined; step += 1) {
    const here: Place = place;
    const answering = rules.find((one) => answers(one, here));
    if (answering?.redirect === undefined || (step === 0 && answering !== rule)) return undefined;
    way.push(`${here.host}${here.path}`);
    // A path that grows with each turn comes back to the rule, and never to the same place.
    if (answering === rule && step > 0) return met.size > 1 ? { rules: met, way } : undefined;
    met.add(answering);
    place = next(answering.redirect.to, here, isHttps);
  }
  return undefined;
}

function answers({ hosts, paths }: Rule, { host, path }: Place): boolean {
  return (
    hosts.some((one) => matchesWildcards(one, host)) &&
    expandPaths(paths).some((one) => matchesWildcards(one, path))
  );
}

/** Undefined where the request leaves the listener. */
function next(to: string, here: Place, isHttps: boolean): Place | undefined {
  const { protocol, host = "#{host}", port = "#{port}", path = "/#{path}" } = redirectTarget(to) ?? {};
  const isOwnUrl = isHttps && (protocol === undefined || protocol === "HTTPS") && port === "443";
  if (!isOwnUrl && (protocol !== undefined || port !== "#{port}")) return undefined;
  const filled = (text: string) =>
    text.replaceAll("#{host}", here.host).replaceAll("#{path}", here.path.slice(1));
  return { host: filled(host), path: filled(path) };
}
