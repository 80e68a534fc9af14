import type { Reporter } from "./reporter.js";

/** Variables whose values are secrets, whether or not a workflow's runner knows them as such (F28). */
const secretVariables = [
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "NPM_TOKEN",
  "NODE_AUTH_TOKEN",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_CONFIG_PASSPHRASE",
  "MOORAGE_NOTIFY_SLACK",
  "MOORAGE_NOTIFY_BETTER_STACK",
  "MOORAGE_NOTIFY_PAGER_DUTY",
  "MOORAGE_NOTIFY_WEBHOOK",
];

/** What stands in them where nothing is secret: an account's number as access key, and the local target's words. */
const noSecret = /^(\d{12}|local|test)$/;

/** Secrets that the environment hands to this process; none so short that masking it would blank the log. */
export function secretsOf(env: NodeJS.ProcessEnv): string[] {
  return secretVariables
    .map((name) => env[name] ?? "")
    .filter((value) => !noSecret.test(value))
    .flatMap(maskable);
}

/** Each line by itself, as the runner looks for them. */
export function maskable(secret: string): string[] {
  return secret.split(/\r?\n/).filter((line) => line.trim().length >= 4);
}

/** All that must be in nothing which is published: the environment's secrets, and those of the configuration. */
export function knownSecrets(env: NodeJS.ProcessEnv, { masked }: Pick<Reporter, "masked">): string[] {
  const all = new Set([...secretsOf(env), ...(masked?.() ?? [])]);
  // One may be the beginning of another.
  return [...all].sort((a, b) => b.length - a.length);
}
