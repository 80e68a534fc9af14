import { type Fields, isMapping } from "./fields.js";
import type { Settings } from "./imported.js";
import { secondsIn, withoutEmpty } from "./words.js";

/** What a service with a port gets: of the load balancer, or of the services that are named. Source: Copilot, "http". */
export function copilotRequests(
  fields: Fields,
  { name, port, isPublic }: { name: string; port: number; isPublic: boolean },
): Settings {
  const given = fields.take("http");
  const http = fields.below("http");
  if (!isPublic) {
    const why =
      "it is behind an internal load balancer, which is not carried over: `kind: internal` reaches it by name";
    if (isMapping(given)) fields.say(["http"], why);
    fields.say(
      ["image", "port"],
      `who calls ${name} is not known: set \`kind: internal\`, \`port: ${port}\` and \`connect: { ingress: [...] }\``,
    );
    return {};
  }
  const target = http.text("target_port");
  if (target !== undefined)
    http.say(["target_port"], "requests go to the app's port: see `target` for a sidecar");
  const container = http.text("target_container");
  if (container !== undefined && container !== name)
    http.say(
      ["target_container"],
      `requests go to the app: set \`target: { container: ${container}, port: ... }\``,
    );
  http.leave(
    "additional_rules",
    "a service has one rule and its redirects: make each a service of its own, or widen `path`",
  );
  http.leave("alb", "which load balancer is the foundation's");
  http.leave("hosted_zone", "hosts are entered in the foundation's zone");
  http.take("redirect_to_https");
  const settings = withoutEmpty({
    port,
    path: pathOf(http.text("path") ?? "/"),
    hosts: hostsOf(http.take("alias")),
    health: healthOf(http),
    deregistrationDelay: secondsIn(http.take("deregistration_delay")),
    stickiness: http.take("stickiness") === true ? true : undefined,
    protocolVersion: versionOf(http.text("version")),
    match: sourcesOf(http.take("allowed_source_ips")),
  });
  http.finish();
  return settings;
}

/** `api` as `/api` and all below it. */
function pathOf(path: string): string | string[] {
  const bare = path.replace(/^\/+|\/+$/g, "");
  return bare === "" ? "/*" : bare.includes("*") ? `/${bare}` : [`/${bare}`, `/${bare}/*`];
}

function hostsOf(alias: unknown): string[] {
  const list = Array.isArray(alias) ? alias : alias === undefined ? [] : [alias];
  return list
    .flatMap((one) => (isMapping(one) ? String(one["name"] ?? "") : String(one)).split(","))
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** Copilot's own defaults are AWS's: what it does not name is left to Moorage's. */
function healthOf(http: Fields): Settings {
  const given = http.take("healthcheck");
  if (typeof given === "string") return { path: given };
  if (!isMapping(given)) return {};
  const own = http.below("healthcheck");
  const health = withoutEmpty({
    path: own.text("path"),
    port: own.take("port"),
    codes: own.text("success_codes"),
    healthy: own.take("healthy_threshold"),
    unhealthy: own.take("unhealthy_threshold"),
    interval: secondsIn(own.take("interval")),
    timeout: secondsIn(own.take("timeout")),
    gracePeriod: secondsIn(own.take("grace_period")),
  });
  own.finish();
  return health;
}

function versionOf(version: string | undefined): string | undefined {
  return version === undefined || /^http1$/i.test(version) ? undefined : version.toUpperCase();
}

function sourcesOf(sources: unknown): Settings | undefined {
  if (!Array.isArray(sources) || sources.length === 0) return undefined;
  return { sourceIps: sources.map((one) => (String(one).includes("/") ? String(one) : `${String(one)}/32`)) };
}
