import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { expandPaths } from "./paths.js";
import { redirectCircles } from "./redirect-circles.js";
import { previewHostsOf } from "./service-hosts.js";
import { type FixedAnswer, type Redirect, redirectTarget } from "./rule-schema.js";
import {
  conditionValues,
  pathsAt,
  requestsOf,
  type RoutedSettings,
  rulesOfService,
  type ServiceRule,
} from "./service-rules.js";
import { matchesWildcards } from "./wildcards.js";

/** Source: Elastic Load Balancing, "Quotas for your Application Load Balancers": condition values and wildcards per rule. */
const mostValues = 5;
const mostWildcards = 5;

const texts = z.record(z.string(), z.array(z.string())).default({});
const answered = { path: z.array(z.string()), hosts: z.array(z.string()).optional() };

/** As parsed: defaults are filled and lists are lists. */
const routed = z.object({
  ...answered,
  match: z
    .object({
      headers: texts,
      query: texts,
      methods: z.array(z.string()).optional(),
      sourceIps: z.array(z.string()).optional(),
    })
    .optional(),
  redirects: z
    .array(z.object({ ...answered, to: z.string(), status: z.custom<Redirect["status"]>() }))
    .optional(),
  fixed: z
    .array(z.object({ ...answered, status: z.number(), contentType: z.custom<FixedAnswer["contentType"]>() }))
    .optional(),
  auth: z.object({ open: z.array(z.string()).optional() }).optional(),
  listener: z.string().optional(),
  listeners: z
    .record(
      z.string(),
      z.object({ path: z.array(z.string()).optional(), hosts: z.array(z.string()).optional() }),
    )
    .optional(),
});

/** What the listener rules of one service must be. */
export const routeRules = [
  rule(routed.shape, (settings, report) => {
    for (const one of rulesOfService(settings)) checkValues(one, report);
    checkRedirects(settings, report);
  }),
];

function checkValues(one: ServiceRule, report: Report): void {
  const values = conditionValues(one);
  const hosts = one.hosts?.length ?? 1;
  const wildcards = values.reduce((sum, value) => sum + (value.match(/[*?]/g)?.length ?? 0), 0);
  if (hosts + values.length > mostValues) {
    const isPlain = one.hosts === undefined && one.match === undefined;
    report(
      pathsAt(one),
      isPlain
        ? "is too long: a rule holds 4 patterns beside the host, and /x/* counts twice"
        : `makes ${hosts + values.length} values of hosts, paths and \`match\`, and a rule holds ${mostValues} (/x/* counts twice): name fewer, or use a second service`,
    );
  } else if (wildcards > mostWildcards) {
    report(pathsAt(one), `makes ${wildcards} wildcards, and a rule holds ${mostWildcards}`);
  }
}

/** AWS refuses one that leads to where the request is; one that its own rule catches again never ends. */
function checkRedirects({ hosts, redirects = [] }: RoutedSettings, report: Report): void {
  redirects.forEach((redirect, index) => {
    if (leadsBack(redirect, redirect.hosts ?? hosts ?? []))
      report(
        ["redirects", String(index), "to"],
        "leads to where its own rule sends it away again",
        redirect.to,
      );
  });
}

/** Whether a redirect at these hosts sends a request to where its own rule catches it; `isHttps`: at a listener of HTTPS at 443. */
export function leadsBack(
  { path: paths, to }: Pick<Redirect, "path" | "to">,
  hosts: readonly string[],
  isHttps = false,
): boolean {
  const { protocol, host = "#{host}", port = "#{port}", path = "/#{path}" } = redirectTarget(to) ?? {};
  const ends = isHttps && (protocol === undefined || protocol === "HTTPS") && port === "443";
  const staysThere = ends || (protocol === undefined && port === "#{port}");
  if (!staysThere || (host !== "#{host}" && !hosts.includes(host))) return false;
  return path === "/#{path}" || expandPaths(paths).some((pattern) => matchesWildcards(pattern, path));
}

/** Of services that name no host, where the environment names none either. */
const stackHost = "{stack}.{domain}";

const overrides = z.record(z.string(), z.object({ hosts: z.array(z.string()).optional() }));

/** What the listener rules of different services must agree on: of two for the same requests one would never be asked. */
export const routeConflictRules = [
  rule(
    { services: z.record(z.string(), routed.partial({ path: true })), host: z.string().optional() },
    ({ services, host = stackHost }, report) => {
      const named = Object.entries(services).map(([name, one]): Named => [
        name,
        { ...one, path: one.path ?? [] },
      ]);
      checkConflicts(named, host, report);
      for (const { service, index, way } of redirectCircles(Object.fromEntries(named), host))
        report(["services", service, "redirects", index, "to"], circleText(way));
    },
  ),
  // In previews hosts are others: two that are apart in the environment may meet there.
  rule(
    {
      services: z.record(z.string(), routed.partial({ path: true })),
      preview: z.object({ services: overrides }),
    },
    ({ services, preview }, report) => {
      if (Object.values(preview.services).every(({ hosts }) => hosts === undefined)) return;
      const named = Object.entries(services).map(([name, { path = [], hosts, match }]): Named => [
        name,
        { path, match, hosts: preview.services[name]?.hosts ?? previewHostsOf(name, hosts) },
      ]);
      const toldAt: Report = ([, service = ""], message, input) =>
        report(["preview", "services", service, "hosts"], message, input);
      checkConflicts(named, stackHost, toldAt);
    },
  ),
];

export function circleText(way: readonly string[]): string {
  return `leads in a circle that never ends (${way.join(" to ")}): send one of them elsewhere`;
}

type Named = [service: string, settings: RoutedSettings];

function checkConflicts(services: readonly Named[], host: string, report: Report): void {
  const owners = new Map<string, { service: string; isMain: boolean }>();
  for (const [service, settings] of services) {
    for (const one of rulesOfService(settings)) {
      for (const [request, path] of requestsOf(one, host)) {
        const owner = owners.get(request);
        if (owner !== undefined)
          report(["services", service, ...pathsAt(one)], told(owner, service, one), path);
        owners.set(request, { service, isMain: one.name === undefined });
      }
    }
  }
}

function told(
  owner: { service: string; isMain: boolean },
  service: string,
  { hosts }: Pick<ServiceRule, "hosts">,
): string {
  if (owner.service === service || !owner.isMain) return "is answered by another rule already";
  return hosts === undefined
    ? `service "${owner.service}" has it: one path, one service`
    : `service "${owner.service}" has it at the same host: one host and path, one service`;
}
