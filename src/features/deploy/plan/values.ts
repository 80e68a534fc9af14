/** One value that a plan changes, as text for people: what may be secret is hidden (F28). */
export interface ValueChange {
  /** `healthCheck.interval`, `containerDefinitions.web.environment.LOG_LEVEL`. */
  path: string;
  /** Null where there was none; also where only the engine knows it. */
  before: string | null;
  after: string | null;
}

type Values = Record<string, unknown>;

/** How the engine writes a value that is known once the update runs (pulumi: sdk/go/common/resource/plugin/rpc.go). */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * What differs between a resource's inputs before and after, sorted by path. A path that the engine names and of which
 * nothing is to be seen (a secret that was masked) is listed with no values.
 */
export function valueChanges(before: Values, after: Values, named: readonly string[]): ValueChange[] {
  const [was, will] = [flattened(before), flattened(after)];
  const paths = [...new Set([...was.keys(), ...will.keys()])].filter(
    (path) => was.get(path) !== will.get(path),
  );
  const unseen = named.filter((name) => !paths.some((path) => topOf(path) === topOf(name)));
  return [
    ...paths.map((path) => ({
      path,
      before: shown(path, was.get(path)),
      after: shown(path, will.get(path)),
    })),
    ...unseen.map((path) => ({ path, before: null, after: null })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function topOf(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

function flattened(values: Values): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) if (!key.startsWith("__")) put(flat, key, value);
  return flat;
}

function put(flat: Map<string, string>, path: string, value: unknown): void {
  const inner = opened(value);
  if (Array.isArray(inner)) {
    const items: unknown[] = inner;
    items.forEach((item, index) => putItem(flat, path, item, index));
  } else if (typeof inner === "object" && inner !== null) {
    for (const [key, item] of Object.entries(inner)) put(flat, `${path}.${key}`, item);
  } else if (inner !== undefined && inner !== null) {
    flat.set(path, typeof inner === "string" ? inner : JSON.stringify(inner));
  }
}

/** What has a name goes by it: a variable that is added moves none of the others. */
function putItem(flat: Map<string, string>, path: string, item: unknown, index: number): void {
  const { name, ...rest } = (typeof item === "object" && item !== null ? item : {}) as Values;
  if (typeof name !== "string") return put(flat, `${path}[${index}]`, item);
  const only = rest["value"] ?? rest["valueFrom"];
  put(flat, `${path}.${name}`, Object.keys(rest).length === 1 && only !== undefined ? only : rest);
}

/** Documents that AWS takes as text (container definitions, policies) are compared by what they hold. */
function opened(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

const sensitive = /secret|token|passw|passphrase|credential|private|api_?key|access_?key|dsn$/i;

/** Under `secrets` a container has names and ARNs, which are none. */
function shown(path: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text === unknownValue) return "(known after it is created)";
  const isReference = path.includes(".secrets.");
  if (!isReference && sensitive.test(path.split(".").at(-1) ?? "")) return "[hidden]";
  return text.replace(/(\w+:\/\/)[^/\s@]+@/g, "$1[hidden]@");
}
