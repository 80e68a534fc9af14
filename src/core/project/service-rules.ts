import { shortHash } from "./aws-names.js";
import { expandPaths } from "./paths.js";
import type { FixedAnswer, Match, Redirect } from "./rule-schema.js";

/** What of a service says which requests it gets, and which are answered for it. */
export interface RoutedSettings {
  path: readonly string[];
  hosts?: readonly string[] | undefined;
  match?: Match | undefined;
  redirects?: readonly Redirect[] | undefined;
  fixed?: readonly FixedAnswer[] | undefined;
  auth?: { open?: readonly string[] | undefined } | undefined;
  listener?: string | undefined;
  listeners?:
    | Readonly<
        Record<string, { path?: readonly string[] | undefined; hosts?: readonly string[] | undefined }>
      >
    | undefined;
}

/** One listener rule of a service. */
export interface ServiceRule {
  /** Undefined for the one that leads to the service; of others a name that stays as long as the rule's hosts and paths do. */
  name: string | undefined;
  /** Where it is in the service's settings. */
  at: readonly string[];
  /** Templates; undefined for the stack's own. */
  hosts: readonly string[] | undefined;
  /** As configured. */
  paths: readonly string[];
  match: Match | undefined;
  /** Which of the foundation's further listeners it is at; the stack's own where it is left out. */
  listener?: string;
  redirect?: Redirect;
  fixed?: FixedAnswer;
  /** Whether it leads to the service for everybody, though others of its requests are to be signed in. */
  isOpen?: true;
}

/** All listener rules of a service, the one that leads to it first. */
export function rulesOfService(settings: RoutedSettings): ServiceRule[] {
  const { hosts, redirects = [], fixed = [], listener, listeners = {} } = settings;
  const answered = (kind: string, one: Redirect | FixedAnswer, index: number) => {
    const own = one.hosts ?? hosts;
    return {
      name: nameOf(kind, own, one.path),
      at: [kind === "fixed" ? kind : "redirects", String(index)],
      hosts: own,
      paths: one.path,
      match: undefined,
    };
  };
  const main: ServiceRule[] = [
    ...leadingRules(settings),
    ...redirects.map((redirect, index) => ({ ...answered("redirect", redirect, index), redirect })),
    ...fixed.map((one, index) => ({ ...answered("fixed", one, index), fixed: one })),
  ];
  const further = Object.entries(listeners).flatMap(([name, own]) =>
    leadingRules({ ...settings, path: own.path ?? settings.path, hosts: own.hosts ?? hosts }).map((rule) => ({
      ...rule,
      name: rule.name === undefined ? `at-${name}` : `at-${name}-${rule.name}`,
      ...(rule.name === undefined && { at: ["listeners", name] }),
      listener: name,
    })),
  );
  return [...main.map((rule) => ({ ...rule, ...(listener !== undefined && { listener }) })), ...further];
}

/** Those that lead to the service at one listener: for people that are signed in, and for everybody. */
function leadingRules({ path, hosts, match, auth }: RoutedSettings): ServiceRule[] {
  const open = auth?.open;
  const first: ServiceRule = { name: undefined, at: [], hosts, paths: path, match };
  if (open === undefined) return [first];
  const name = nameOf("open", hosts, open);
  return [first, { name, at: ["auth", "open"], hosts, paths: open, match, isOpen: true }];
}

function nameOf(kind: string, hosts: readonly string[] | undefined, paths: readonly string[]): string {
  return `${kind}-${shortHash([...(hosts ?? []), "", ...paths].join("\n"))}`;
}

/** Where a rule's paths are in the service's settings. */
export function pathsAt({ at, isOpen }: Pick<ServiceRule, "at" | "isOpen">): string[] {
  return isOpen ? [...at] : [...at, "path"];
}

/** How many conditions a rule has besides host and path. */
export function countConditions(match: Match | undefined): number {
  if (match === undefined) return 0;
  const { headers, query, methods, sourceIps } = match;
  return Object.keys(headers).length + Object.keys(query).length + (methods ? 1 : 0) + (sourceIps ? 1 : 0);
}

/** Everything that counts towards the values of a rule, hosts left out. Source: Elastic Load Balancing quotas, "Condition values per rule". */
export function conditionValues({ paths, match }: Pick<ServiceRule, "paths" | "match">): string[] {
  const { headers = {}, query = {}, methods = [], sourceIps = [] } = match ?? {};
  return [
    ...expandPaths(paths),
    ...Object.values(headers).flat(),
    ...Object.entries(query).flatMap(([key, values]) => values.map((value) => `${key}=${value}`)),
    ...methods,
    ...sourceIps,
  ];
}

/** Which requests a rule is for, as text, with the path that says so: two rules that say the same are in each other's way. */
export function requestsOf(
  { hosts, paths, match, listener }: Pick<ServiceRule, "hosts" | "paths" | "match" | "listener">,
  host: string,
): ReadonlyMap<string, string> {
  const at = listener === undefined ? "" : ` at ${listener}`;
  const conditions = `${at}${match === undefined ? "" : ` ${JSON.stringify(match)}`}`;
  const all = (hosts ?? [host]).flatMap((one) =>
    paths.map((path) => [`${one}${path}${conditions}`, path] as const),
  );
  return new Map(all);
}
