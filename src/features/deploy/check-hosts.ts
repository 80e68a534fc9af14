import type { Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { listenerRules } from "../../adapters/aws/balancer.js";
import { certifiedNames } from "../../adapters/aws/listener-certificates.js";
import { isOwn, whose } from "../../adapters/aws/lookup/finding.js";
import { balancingTags } from "../../adapters/aws/target-groups.js";
import type { Context } from "../../context/context.js";
import { asMoorageError, badRequest, MoorageError } from "../../core/errors.js";
import { coversHost, HostMistake, stackPlaceOf, resolveHosts } from "../../core/project/service-hosts.js";
import { kindOf } from "../../core/project/kinds/kind-of.js";
import { expandPaths } from "../../core/project/paths.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { conditionValues, type ServiceRule } from "../../core/project/service-rules.js";
import { chosenFoundation } from "./foundation.js";
import type { DeployRequest } from "./request.js";

/** Which requests a rule is for: hosts, path patterns and how many conditions there are besides. */
export interface Route {
  hosts: readonly string[];
  paths: readonly string[];
  others: number;
}

type Request = Pick<DeployRequest, "stack" | "config">;

/**
 * Refuses hosts that cannot be used, before anything is changed: names that are none (`host-invalid`), that a rule of somebody
 * else's answers (`host-taken`), or that no certificate of the listener covers (`host-not-covered`). A stack whose services all
 * have the stack's host is asked nothing, unless several apps share the domain. What cannot be read is a warning: the role may be an older one's.
 */
export async function checkHosts(context: Context, request: Request, record: StackRecord): Promise<void> {
  const routes = routesIn(context, request);
  const foundation = chosenFoundation(context, request.config);
  if (routes.length === 0 || typeof foundation === "string") return;
  const { listener } = foundation;
  await refuseTaken(context, request, listener, routes, new Set(Object.values(record.priorities ?? {})));
  const names = await certifiedNames(context.aws, listener).catch((error: unknown) => {
    const { message } = asMoorageError(error);
    const text = `It is not checked that the listener's certificates cover the hosts of ${request.stack}: ${message}`;
    context.reporter.notify({ kind: "warning", text });
    return undefined;
  });
  const uncovered = uncoveredHosts(routes, names);
  if (uncovered.length > 0) throw notCovered(request.stack, uncovered, names ?? []);
}

/** Empty where nothing is encrypted, or not known. */
function uncoveredHosts(routes: readonly Route[], names: readonly string[] | undefined): string[] {
  if (names === undefined) return [];
  const hosts = [...new Set(routes.flatMap((route) => route.hosts))].sort();
  return hosts.filter((host) => !names.some((name) => coversHost(name, host)));
}

/** The stack's routes, where a service or a rule has hosts of its own. Raises `host-invalid`. */
function routesIn(context: Context, { stack, config }: Request): Route[] {
  const foundation = chosenFoundation(context, config);
  const { domain, hostSuffix: suffix } = typeof foundation === "string" ? {} : foundation;
  const rules = Object.entries(config.services).flatMap(([service, settings]) =>
    kindOf(settings)
      .rulesOf(settings)
      .filter(({ listener }) => listener === undefined)
      .map((rule) => ({ service, rule })),
  );
  // Of several apps below one domain another may have asked for this one's hosts.
  if (suffix === undefined && rules.every(({ rule }) => rule.hosts === undefined)) return [];
  // The program knows the domain of a foundation that is not known here.
  if (typeof foundation === "string" && rules.some(({ rule }) => needsDomain(rule))) return [];
  const below = context.target.overlay["moorage:hostsBelow"];
  const place = stackPlaceOf(stack, config, {
    domain,
    suffix,
    below: typeof below === "string" ? below : undefined,
  });
  return rules.map(({ service, rule }) => {
    try {
      const paths = expandPaths(rule.paths);
      const others = conditionValues(rule).length - paths.length;
      return { hosts: resolveHosts(rule.hosts, place), paths, others };
    } catch (error) {
      if (error instanceof HostMistake) throw invalid(stack, service, error);
      throw error;
    }
  });
}

function needsDomain({ hosts = ["{domain}"] }: ServiceRule): boolean {
  return hosts.some((host) => host.includes("{domain}"));
}

async function refuseTaken(
  context: Context,
  { stack }: Request,
  listener: string,
  routes: readonly Route[],
  own: ReadonlySet<number>,
): Promise<void> {
  const rules = await listenerRules(context.aws, listener);
  const others = rules.filter(({ Priority }) => !own.has(Number(Priority)));
  const met = others.flatMap((rule) => {
    const where = routes.map((route) => meetingOf(route, rule)).find((found) => found !== undefined);
    return where === undefined ? [] : [{ arn: rule.RuleArn ?? "", where }];
  });
  const tags = await balancingTags(
    context.aws,
    met.map(({ arn }) => arn),
  );
  // One that went meanwhile has no tags any more, and is in nobody's way.
  const foreign = met.find(({ arn }) => {
    const found = tags.get(arn);
    return found !== undefined && !isOwn(found, { project: context.project, stack });
  });
  if (foreign !== undefined) throw taken(stack, foreign.where, whose(tags.get(foreign.arn) ?? new Map()));
}

/** Host and path that both are for, where neither asks for more than these; undefined where there is none. */
function meetingOf({ hosts, paths, others }: Route, { Conditions = [] }: Rule): string | undefined {
  const valuesOf = (field: string) => {
    const found = Conditions.find(({ Field }) => Field === field);
    return found?.HostHeaderConfig?.Values ?? found?.PathPatternConfig?.Values ?? found?.Values;
  };
  const known = ["host-header", "path-pattern"];
  if (others > 0 || Conditions.some(({ Field }) => !known.includes(Field ?? ""))) return undefined;
  const host = hosts.find((one) => valuesOf("host-header")?.includes(one));
  const path = paths.find((one) => (valuesOf("path-pattern") ?? ["/*"]).includes(one));
  return host === undefined || path === undefined ? undefined : `${host}${path}`;
}

function taken(stack: string, where: string, owner: string): MoorageError {
  return new MoorageError({
    code: "host-taken",
    message: `${stack} is not deployed: ${where} is answered by another rule of the load balancer ${owner}.`,
    hint: "Choose another host in `hosts` (in previews `hosts` in moorage:preview.services), or remove the other rule.",
  });
}

function invalid(stack: string, service: string, { message }: HostMistake): MoorageError {
  return badRequest(
    "host-invalid",
    `The hosts of ${service} in ${stack} cannot be used: ${message}`,
    "Correct `hosts` of the service; docs/configuration.md says what may stand there.",
  );
}

function notCovered(stack: string, hosts: readonly string[], names: readonly string[]): MoorageError {
  return badRequest(
    "host-not-covered",
    `${stack} is not deployed: no certificate of its listener covers ${hosts.join(", ")}; they cover ${names.join(", ") || "nothing"}.`,
    "Add the host to moorage:hosts of the foundation and run `moorage infra up`, or add a certificate to the listener, or choose a host that is covered (a wildcard covers one label).",
  );
}
