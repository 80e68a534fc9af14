import type { Config } from "../config/schema.js";

/** One deployment of one stack, decided before anything acts. */
export interface DeployRequest {
  stack: string;
  /** Parsed, as the stack runs it. */
  config: Config;
  /** The same before parsing, by full key, as the stack's yaml has it: what the engine is given. */
  raw: Record<string, unknown>;
  /** `secretsprovider`, `encryptedkey`, `encryptionsalt` of the stack's yaml. */
  settings: Record<string, string>;
  imageTag: string;
  /** How long the stack lives after this deployment, in milliseconds; undefined for ever. */
  ttlMs: number | undefined;
  /** How long to wait for another run on the same stack, in milliseconds. */
  lockTimeoutMs: number;
}

/** What a service runs after a deployment. */
export interface DeployedService {
  name: string;
  image: string;
  digest: string | undefined;
  /** ARN with revision. */
  taskDefinition: string;
  /** `ecs-svc/...`. */
  deploymentId: string;
}

/** The stable JSON of `preview up` and `deploy`, without what names the stack's kind. */
export interface DeployResult {
  stack: string;
  url: string;
  urls: Record<string, string>;
  imageTag: string;
  services: DeployedService[];
  result: "created" | "updated" | "unchanged";
  /** Resources by what was done to them. */
  changes: Record<string, number>;
  /** ISO 8601; null for a stack that does not expire. */
  expiresAt: string | null;
  durationMs: number;
}
