import { randomBytes } from "node:crypto";
import type { ResourceType } from "../resources/resource.js";
import type { Properties } from "./values.js";

/** A resource as the engine names it. */
export interface Subject {
  /** `aws:ecs/service:Service`. */
  type: string;
  /** The logical name in the program. */
  name: string;
}

/** Pulumi's auto-naming: `<logical name>-<7 hex digits>`, kept over updates (pulumi.com/docs/iac/concepts/resources/names). */
export function withName(
  type: ResourceType,
  subject: Subject,
  olds: Properties,
  news: Properties,
  seed: Uint8Array,
): Properties {
  const property = type.autoname;
  if (property === undefined || news[property] !== undefined || news[`${property}Prefix`] !== undefined)
    return news;
  const random = Buffer.from(seed.length > 0 ? seed : randomBytes(8)).toString("hex");
  const suffix = type.nameEnding?.(news) ?? "";
  return { ...news, [property]: olds[property] ?? `${subject.name}-${random.slice(0, 7)}${suffix}` };
}

/** Two resources of one explicit name cannot stand side by side, so the old one goes first. */
export function keepsItsName(
  type: ResourceType,
  subject: Subject,
  olds: Properties,
  news: Properties,
): boolean {
  const name = type.autoname === undefined ? undefined : news[type.autoname];
  if (type.autoname === undefined || typeof name !== "string" || name !== olds[type.autoname]) return false;
  const suffix = type.nameEnding?.(news) ?? "";
  const stem = name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name;
  return !(stem.startsWith(`${subject.name}-`) && /^[0-9a-f]{7}$/.test(stem.slice(subject.name.length + 1)));
}
