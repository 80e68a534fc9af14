import { installedSchema } from "./installed-schema.js";

/** What the Pulumi package says about a resource type. */
export interface TypeSchema {
  /** Properties that a program may set. */
  inputs: ReadonlySet<string>;
  /** Inputs without which the package's own class throws. */
  required: readonly string[];
  /** Properties that only the provider sets. */
  computed: readonly string[];
  /** Inputs that the package's own class makes secrets. */
  secrets: readonly string[];
}

const known = new Map<string, TypeSchema | undefined>();

/** The properties of a type token (`aws:lb/targetGroup:TargetGroup`); undefined when it is not known. */
export function typeSchema(token: string): TypeSchema | undefined {
  if (!known.has(token)) known.set(token, installedSchema(token));
  return known.get(token);
}
