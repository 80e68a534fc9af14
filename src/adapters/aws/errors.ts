import { badRequest, MoorageError, platformFailure } from "../../core/errors.js";
import { machineLimit } from "../../core/machine.js";
import { refusedCall, whatToPermit } from "./refused-call.js";

/** The code of an AWS error (`ServiceNotFoundException`), or undefined when it is not one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "$metadata" in error ? error.name : undefined;
}

/** Runs a call whose "not there" is an answer: undefined for one of `codes`, any other error as it is. */
export async function unlessAbsent<Value>(
  call: Promise<Value>,
  ...codes: string[]
): Promise<Value | undefined> {
  try {
    return await call;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}

type Make = (doing: string, message: string, error: unknown) => MoorageError;

interface Class {
  codes: RegExp;
  make: Make;
}

const credentials: Make = (doing, message, error) =>
  badRequest(
    "credentials",
    `No valid AWS credentials to ${doing}: ${message}`,
    credentialsHint(message),
    error,
  );

const permission: Make = (doing, message, error) =>
  badRequest(
    "permission",
    `AWS does not allow to ${doing}: ${message}`,
    whatToPermit(refusedCall(message)),
    error,
  );

const throttled: Make = (doing, message, error) =>
  platformFailure(
    "throttled",
    `AWS throttles the calls to ${doing}: ${message}`,
    "The account's runs share its limits: run the command again in a minute, or fewer at once.",
    error,
  );

const quota: Make = (doing, message, error) =>
  platformFailure(
    "quota",
    `A quota of the AWS account is used up, so AWS refused to ${doing}: ${message}`,
    "Remove what is not needed (`moorage preview sweep`), or ask for more in Service Quotas; `moorage verify` shows how much is left.",
    error,
  );

const notFound: Make = (doing, message, error) =>
  platformFailure(
    "not-found",
    `AWS did not find what is needed to ${doing}: ${message}`,
    "Check that it exists in this account and region, and that the configuration names it correctly.",
    error,
  );

const unreachable: Make = (doing, message, error) =>
  platformFailure(
    "unreachable",
    `AWS could not be reached to ${doing}: ${message}`,
    "Check that this machine can reach AWS (proxy, DNS, region), then run the command again.",
    error,
  );

/** By error code, the first that fits; the SDKs' services do not agree on endings. */
const classes: readonly Class[] = [
  {
    codes:
      /^(CredentialsProviderError|TokenProviderError|Expired\w*|InvalidClientTokenId|UnrecognizedClientException|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken\w*|RequestExpired|AuthFailure|InvalidIdentityToken\w*|IDPCommunicationError\w*)$/,
    make: credentials,
  },
  { codes: /AccessDenied|Unauthorized|NotAuthorized|^Forbidden$/, make: permission },
  {
    codes: /^Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|RequestThrottled|^BandwidthLimit/,
    make: throttled,
  },
  { codes: /LimitExceeded|QuotaExceeded|^TooMany|InsufficientCapacity/, make: quota },
  { codes: /NotFound|^NoSuch|NotFoundException$|DoesNotExist/, make: notFound },
  {
    codes: /^(TimeoutError|NetworkingError|ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE)$/,
    make: unreachable,
  },
];

/** What the SDK says before it asks anybody, of settings of its own; it has no code for it. */
const settings: readonly { words: RegExp; hint: string }[] = [
  {
    words: /^Region is missing|^Invalid region/i,
    hint: "Name the region: `aws:region`, AWS_REGION, or `?region=...` in the backend's URL.",
  },
  {
    words: /^Invalid Configuration|is not a valid URL|^Invalid URL|^Expected real endpoint/i,
    hint: "Correct or unset AWS_ENDPOINT_URL*, AWS_USE_FIPS_ENDPOINT and AWS_USE_DUALSTACK_ENDPOINT, and the profile's lines of these names.",
  },
  {
    words: /^Invalid .*(AWS_\w+|retry|max.?attempts)|AWS_MAX_ATTEMPTS|retry mode/i,
    hint: "Correct or unset the variable or the profile's line that the message names.",
  },
];

/** An AWS error classified: whose fault it is and what to do. `doing` completes "AWS refused to ...". */
export function classify(error: unknown, doing: string): MoorageError {
  if (error instanceof MoorageError) return error;
  const limit = machineLimit(error);
  if (limit)
    return platformFailure("machine", `${limit.message}, on the way to ${doing}.`, limit.hint, error);
  const message = error instanceof Error ? error.message : String(error);
  const codes = codesOf(error);
  const found = classes.find((one) => codes.some((code) => one.codes.test(code)));
  if (found) return found.make(doing, message, error);
  const setting = settings.find(({ words }) => words.test(message));
  if (setting && codeOf(error) === undefined)
    return badRequest("aws-settings", `AWS's SDK cannot ${doing}: ${message}`, setting.hint, error);
  return platformFailure("aws", `AWS failed to ${doing}: ${message}`, "Run the command again.", error);
}

/** Of the error itself, and of Node's below it (`ECONNREFUSED`). */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  return [error.name, ...own];
}

function credentialsHint(message: string): string {
  if (/expired/i.test(message))
    return "They have expired: log in to AWS again, or assume the role for longer (`role-duration-seconds`), then run the command again.";
  if (/^Could not load credentials|could not be found|profile/i.test(message))
    return "Log in to AWS, or correct what AWS_PROFILE and AWS_CONFIG_FILE name; in a workflow, give the job `permissions: { id-token: write }` and its role.";
  return "Log in to AWS again; in a workflow, give the job `permissions: { id-token: write }` and its role.";
}
