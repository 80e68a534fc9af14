import { AwsError } from "../cloud.js";

const throttles = new Set([
  "ThrottlingException",
  "Throttling",
  "RequestLimitExceeded",
  "TooManyRequestsException",
]);
/** As the real provider: it retries throttling up to 25 times. */
const maxAttempts = 25;

/** Repeats a throttled call, waiting longer each time, in AWS's seconds. */
export async function callWithRetry<Output>(
  call: () => Promise<Output>,
  wait: (seconds: number) => Promise<void>,
): Promise<Output> {
  return retryOn((error) => throttles.has(error.code), call, wait, maxAttempts);
}

/** Repeats `call` while it is refused with an error that `transient` recognises; the last refusal is thrown. */
export async function retryOn<Output>(
  transient: (error: AwsError) => boolean,
  call: () => Promise<Output>,
  wait: (seconds: number) => Promise<void>,
  attempts: number,
): Promise<Output> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof AwsError && transient(error)) || attempt === attempts) throw error;
      const longest = Math.min(2 ** (attempt - 2), 5);
      await wait(longest * (0.5 + Math.random() / 2));
    }
  }
}
