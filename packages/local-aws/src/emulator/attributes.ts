import { text } from "../resources/convert.js";
import { canonical, type Properties } from "../provider/values.js";

/** A property of a resource that its service has as an attribute: a text, whatever it means. */
export interface Attribute {
  name: string;
  kind: "flag" | "json" | "number" | "text";
  /** What it is without a value; empty text by default. */
  absent?: string;
}

export type Attributes = Readonly<Record<string, Attribute>>;

/** The inputs that are attributes, as the service takes them. */
export function toAttributes(table: Attributes, inputs: Properties): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([property, { name }]) =>
      inputs[property] === undefined ? [] : [[name, String(inputs[property])]],
    ),
  );
}

/** What an update sends: what is new or another, and for what is gone its absence. */
export function changedAttributes(
  table: Attributes,
  olds: Properties,
  news: Properties,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([property, { name, absent = "" }]) => {
      const [before, after] = [olds[property], news[property]];
      if (before === after) return [];
      return [[name, after === undefined ? absent : String(after)]];
    }),
  );
}

/** The service's attributes as properties; one that has no value is left out. */
export function fromAttributes(table: Attributes, attributes: Readonly<Record<string, string>>): Properties {
  return Object.fromEntries(
    Object.entries(table).flatMap(([property, { name, kind }]): [string, unknown][] => {
      const value = attributes[name];
      if (value === undefined || value === "") return [];
      if (kind === "number") return [[property, Number(value)]];
      return [[property, kind === "flag" ? value === "true" : value]];
    }),
  );
}

/** Two documents that say the same are the same. */
export function sameDocument(table: Attributes, property: string, before: unknown, after: unknown): boolean {
  if (table[property]?.kind !== "json") return false;
  const [one, other] = [document(before), document(after)];
  return one !== undefined && canonical(one) === canonical(other);
}

function document(value: unknown): unknown {
  try {
    return JSON.parse(text(value));
  } catch {
    return undefined;
  }
}
