import { badRequest, MoorageError, platformFailure } from "../errors.js";

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

const credentialCodes = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
]);

/** An AWS error classified: whose fault it is and what to do. `doing` completes "AWS refused to ...". */
export function classify(error: unknown, doing: string): MoorageError {
  if (error instanceof MoorageError) return error;
  const code = error instanceof Error ? error.name : "";
  const message = error instanceof Error ? error.message : String(error);
  if (credentialCodes.has(code)) {
    return badRequest(
      "credentials",
      `No valid AWS credentials to ${doing}: ${message}`,
      "Log in to AWS again.",
      error,
    );
  }
  if (/AccessDenied|UnauthorizedOperation|NotAuthorized/.test(code)) {
    return badRequest(
      "permission",
      `AWS does not permit to ${doing}: ${message}`,
      "Give the role the action that the message names.",
      error,
    );
  }
  return platformFailure("aws", `AWS failed to ${doing}: ${message}`, "Run the command again.", error);
}
