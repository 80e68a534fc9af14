import { credentialsEnd } from "../../adapters/aws/caller.js";
import type { Config } from "../../core/project/schema.js";
import type { Context } from "../../context/context.js";
import type { StackSpec } from "../../adapters/engine/engine.js";
import { storedSecretsProvider } from "../../adapters/engine/stored-state.js";
import { badRequest } from "../../core/errors.js";
import type { HeldStack } from "../../adapters/record/lock.js";
import { awsWait } from "../../context/wait-policy.js";

/** What of a stack's configuration says how long a run may take. */
interface Bounded {
  config: {
    deployment: Pick<Config["deployment"], "timeout"> &
      Partial<Pick<Config["deployment"], "rollbackOnFailure">>;
    migrate?: Config["migrate"];
    smoke?: readonly { timeout: number }[];
  };
}

/**
 * Refuses to begin on credentials that end before the longest run is over: a state that can no longer be written is worse
 * than a deployment that did not start (F15). Credentials that do not say when they end pass: variables do not, unless
 * AWS_CREDENTIAL_EXPIRATION is among them.
 */
export function checkCredentials(context: Pick<Context, "aws">, { config }: Bounded): Promise<void> {
  return checkCredentialsFor(
    context,
    longestRun(config),
    "moorage:deployment.timeout and moorage:smoke bound it",
  );
}

/** Raises `credentials-end` (exit 2) if the AWS credentials expire within `boundMs`, the longest that the run may take. */
export async function checkCredentialsFor(
  { aws }: Pick<Context, "aws">,
  boundMs: number,
  what: string,
): Promise<void> {
  const end = await credentialsEnd(aws);
  if (end === undefined || end.getTime() >= Date.now() + boundMs) return;
  throw badRequest(
    "credentials-end",
    `The AWS credentials expire at ${end.toISOString()}, and this run may take ${Math.ceil(boundMs / 60_000)} min.`,
    `Log in again, or assume the role for longer; ${what}.`,
  );
}

/** Engine, rollout, smoke test and last look, all of them once more where a failure is rolled back; milliseconds. */
export function longestRun({ deployment, migrate, smoke = [] }: Bounded["config"]): number {
  const answers = smoke.reduce((sum, { timeout }) => sum + timeout, 0);
  const once = 2 * deployment.timeout + answers + awsWait.quiet + awsWait.settle;
  const putBack = deployment.rollbackOnFailure === false ? 0 : once;
  return (migrate?.timeout ?? 0) + once + putBack;
}

/**
 * Refuses a stack whose yaml names another secrets provider than its state is encrypted with: the engine would
 * re-encrypt it without a word (F32, pulumi#7278). What the record remembers is compared; only a difference costs a look
 * at the state.
 */
export async function checkSecretsProvider(
  context: Context,
  held: HeldStack,
  spec: StackSpec,
): Promise<void> {
  const configured = configuredProvider(spec);
  const { exists, secretsProvider } = held.record;
  if (secretsProvider === configured) return;
  // A record that knows of no stack may be younger than the stack: plain Pulumi made it.
  const actual = exists
    ? (await (await context.engine()).state(spec))?.secretsProvider
    : await storedSecretsProvider(spec);
  if (actual !== undefined && actual !== configured) throw changed(spec.stack, actual, configured);
  await held.update({ secretsProvider: configured });
}

/** What the stack's yaml names, else what Pulumi takes where it names none. */
export function configuredProvider({ settings, backendUrl }: StackSpec): string {
  return settings?.["secretsprovider"] ?? (/^https?:/.test(backendUrl) ? "service" : "passphrase");
}

function changed(stack: string, actual: string, configured: string): Error {
  return badRequest(
    "secrets-provider-changed",
    `The state of ${stack} is encrypted by ${actual}, but its yaml says ${configured}.`,
    `Restore \`secretsprovider: ${actual}\`, or change it with \`pulumi stack change-secrets-provider\`.`,
  );
}
