import { type Document, type Node, isAlias, isCollection, isMap, isScalar, type Scalar } from "yaml";

/** A value that one YAML reader takes for another value than the next, or that no app could be given. */
export interface Unclear {
  path: (string | number)[];
  /** Where it stands in the text. */
  offset: number;
  message: string;
}

type Path = readonly (string | number)[];

const quotes = "put it in quotes";

/** Settings below which every value is text to the app, the case of its letters included. */
const textual = ["env", "args", "variables", "command", "tags"];

/**
 * Everything unclear at or below a path (F47). The driver reads YAML 1.2 and the plain CLI go-yaml's YAML 1.1; besides, a
 * number has lost how it was written once it is a number: 012345678912, 1.10, 1234567890123456789, 2024-01-01.
 */
export function findUnclear(document: Document, path: Path): Unclear[] {
  const found: Unclear[] = [];
  const seen = new Set<unknown>();
  const visit = (node: unknown, at: (string | number)[]): void => {
    const target = isAlias(node) ? node.resolve(document) : node;
    if (target === undefined || seen.has(target)) return;
    if (isScalar(target)) note(target, at, mistakeOfValue(target, at));
    if (!isCollection(target)) return;
    seen.add(target);
    note(target, at, foreignTag(target.tag));
    for (const [index, item] of target.items.entries()) {
      if (isMap(target)) visitPair(item as { key: unknown; value: unknown }, at);
      else visit(item, [...at, index]);
    }
  };
  const visitPair = ({ key, value }: { key: unknown; value: unknown }, at: (string | number)[]): void => {
    const name = nameOf(key);
    const below = isMerge(key) ? at : [...at, name];
    note(key, below, mistakeOfKey(key));
    visit(value, below);
  };
  const note = (node: unknown, at: (string | number)[], message: string | undefined): void => {
    if (message === undefined) return;
    found.push({ path: at, offset: (node as Node).range?.[0] ?? 0, message });
  };
  visit(document.getIn(path, true), [...path]);
  return found;
}

function isMerge(key: unknown): boolean {
  return isScalar(key) && key.source === "<<" && key.type === "PLAIN";
}

function nameOf(key: unknown): string {
  return isScalar(key) ? (key.source ?? String(key.value)) : String(key);
}

function mistakeOfValue(scalar: Scalar, path: Path): string | undefined {
  const { value, source, type } = scalar;
  if (typeof value === "string" && type !== "PLAIN") return foreignTag(scalar.tag) ?? unusable(value);
  const tagged = foreignTag(scalar.tag);
  if (tagged !== undefined || scalar.tag !== undefined) return tagged;
  if (typeof value === "string")
    return isOtherInYaml11(value) ? `is not text for every YAML parser: ${quotes}` : undefined;
  if (typeof value === "number" && String(value) !== source) {
    return `is read as a number, which does not keep how it is written: ${quotes}, or write the number as ${String(value)}`;
  }
  if (
    typeof value === "boolean" &&
    String(value) !== source &&
    path.some((part) => textual.includes(String(part)))
  ) {
    return `is read as ${String(value)}: ${quotes}, or write ${String(value)}`;
  }
  return undefined;
}

function mistakeOfKey(key: unknown): string | undefined {
  if (!isScalar(key)) return "must be a name, not a list or an object";
  const { value, source, type } = key;
  if (value === "<<" && type !== "PLAIN")
    return "is a merge to the engine, even in quotes: choose another name";
  if (isMerge(key)) return undefined;
  if (typeof value === "string" && type !== "PLAIN") return unusable(value);
  const clear =
    typeof value === "string" ? !isOtherInYaml11(value) : value !== null && String(value) === source;
  return clear ? undefined : `is a name that YAML parsers read differently: ${quotes}`;
}

/** What a tag such as `!!binary` makes of a value is the reader's own affair; `!!str` is text to all. */
function foreignTag(tag: string | undefined): string | undefined {
  if (tag === undefined || /^tag:yaml\.org,2002:(str|map|seq)$/.test(tag)) return undefined;
  return `has the tag ${tag}, which YAML parsers read differently: write the value itself, in quotes where it is text`;
}

function unusable(text: string): string | undefined {
  if (text.includes("\0")) return "holds NUL, which no variable, argument or name can hold";
  return /\p{Surrogate}/u.test(text) ? "holds half of a surrogate pair, which is no character" : undefined;
}

/** Plain scalars that are text in YAML 1.2 and something else to go-yaml (resolve.go): underscores, 0b, signs, dates. */
function isOtherInYaml11(text: string): boolean {
  const digits = text.replaceAll("_", "");
  return (
    (/^[-+.0-9]/.test(text) && /^[-+]?(0[bB][01]+|0[oO]?[0-7]+|0[xX][0-9a-fA-F]+|[0-9]+)$/.test(digits)) ||
    (/^[-+.0-9]/.test(text) && /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(digits)) ||
    /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}($|[Tt ])/.test(text)
  );
}
