import { isReference } from "./references.js";

type Tree = Record<string, unknown>;

/** What merges by name where an environment extends the project's defaults. */
export const extendedKeys = ["moorage:services", "moorage:jobs"] as const;

/**
 * A stack's configuration over the project's defaults. A stack's value replaces the default whole; with `moorage:extends: true` services
 * and jobs merge by name: maps deeply, lists and references as a whole, and null leaves out what the default has.
 */
export function overDefaults(defaults: Tree, own: Tree): Tree {
  const { "moorage:extends": given, ...merged }: Tree = { ...defaults, ...own };
  const isExtending = asWritten(given);
  // What is neither true nor false is told as a mistake.
  if (isExtending !== undefined && typeof isExtending !== "boolean") merged["moorage:extends"] = isExtending;
  if (isExtending !== true) return merged;
  for (const key of extendedKeys) {
    const [base, over] = [defaults[key], own[key]];
    if (isTree(base) && isTree(over)) merged[key] = mergeTrees(base, over);
  }
  return merged;
}

/** The plain CLI puts quotes around true and false where it writes into a stack's file. */
function asWritten(given: unknown): unknown {
  return given === "true" ? true : given === "false" ? false : given;
}

/** A null that leaves out nothing stays, so that it is told as a mistake. */
function mergeTrees(base: Tree, over: Tree): Tree {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const former = base[key];
    if (value === null && former !== undefined && former !== null) Reflect.deleteProperty(merged, key);
    else merged[key] = isMerged(former) && isMerged(value) ? mergeTrees(former, value) : value;
  }
  return merged;
}

/** What the engine read with the nulls that were written: it may leave them out. */
export function withWrittenNulls(read: unknown, written: unknown): unknown {
  if (!isTree(read) || !isTree(written)) return read;
  const entries = Object.entries(written).map(([key, value]): [string, unknown] => [
    key,
    value === null ? null : withWrittenNulls(read[key], value),
  ]);
  return { ...read, ...Object.fromEntries(entries.filter(([, value]) => value !== undefined)) };
}

function isMerged(value: unknown): value is Tree {
  return isTree(value) && !isReference(value);
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** How far a path leads into a value. */
export function depthOf(value: unknown, path: readonly (string | number)[]): number {
  const [first, ...rest] = path;
  if (first === undefined || typeof value !== "object" || value === null) return 0;
  const inner = (value as Tree)[String(first)];
  return inner === undefined ? 0 : 1 + depthOf(inner, rest);
}
