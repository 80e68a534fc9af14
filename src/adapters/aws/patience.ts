import { AdaptiveRetryStrategy } from "@smithy/core/retry";

type Refresh = AdaptiveRetryStrategy["refreshRetryTokenForRetry"];

/** A burst of a hundred previews has to get through one account's buckets (`bench/burst.ts`); 10 attempts were too few. */
const whileThrottled = 15;
/** A lost or unreachable endpoint is reported within seconds. */
const otherwise = 8;

/**
 * How often a call is repeated, with jitter: more often while AWS throttles than after other failures, and less quickly as
 * long as it throttles (F5). Source: AWS SDKs reference guide, "Retry behavior", adaptive mode.
 */
export class RetryPolicy extends AdaptiveRetryStrategy {
  constructor() {
    super(async () => whileThrottled);
  }

  override async refreshRetryTokenForRetry(...[token, failure]: Parameters<Refresh>): ReturnType<Refresh> {
    if (failure.errorType !== "THROTTLING" && token.getRetryCount() + 1 >= otherwise) {
      throw new Error("It was tried often enough");
    }
    return super.refreshRetryTokenForRetry(token, failure);
  }
}
