import type { Config } from "../core/project/schema.js";

/** What the project's files say about a stack that is deployed. */
export interface StackSettings {
  stack: string;
  /** Parsed, as the stack runs it. */
  config: Config;
  /** The configuration before parsing, by full key, as in the stack's yaml: what the engine gets. */
  raw: Record<string, unknown>;
  /** `secretsprovider`, `encryptedkey`, `encryptionsalt` of the stack's yaml. */
  settings: Record<string, string>;
  /** How long the stack lives after a deployment, in milliseconds; undefined for ever. */
  ttlMs: number | undefined;
  /** The environment that must have run the same bytes well before. */
  provenIn?: string | undefined;
  /** The environment that versions come from: a version that was rolled back there is refused here. */
  upstream?: string;
}
