/** How often a rollout is looked at. Milliseconds. */
export interface WaitPolicy {
  /** Between the first looks. */
  first: number;
  /** Between later looks: with jitter, a verdict is at most this late. */
  most: number;
  /** After throttled or failed looks in a row. */
  backedOff: number;
  /** How long no further task may crash when a rollout has completed in which some did. */
  settle: number;
  /** How long after the smoke test the last look is: what the first requests bring down is no success. */
  quiet: number;
  /** How long ECS has to repeat what contradicts what is known before it is believed. */
  doubt: number;
}

/** Where a wait stands. */
export interface WaitState {
  /** Looks that were answered. */
  looks: number;
  /** Looks in a row that were throttled or failed. */
  failures: number;
  /** Milliseconds until the deadline. */
  remaining: number;
}

/** AWS shares 20 DescribeServices a second among all of an account's runs. */
export const awsWait: WaitPolicy = {
  first: 2_000,
  most: 5_000,
  backedOff: 30_000,
  settle: 30_000,
  quiet: 5_000,
  doubt: 60_000,
};

/** One machine, nobody else. */
export const localWait: WaitPolicy = {
  first: 100,
  most: 250,
  backedOff: 2_000,
  settle: 2_000,
  quiet: 250,
  doubt: 2_000,
};

/**
 * Milliseconds until the next look; undefined when the time is over. The delay grows from `first` to `most`; failures
 * double it up to `backedOff`. `random` (0 to 1) takes up to a third off, so that runs drift apart (F5). The last look
 * falls on the deadline itself: a rollout that ended in time is seen.
 */
export function nextDelay(
  policy: WaitPolicy,
  { looks, failures, remaining }: WaitState,
  random: number,
): number | undefined {
  if (remaining <= 0) return undefined;
  const steady = Math.min(policy.most, policy.first * 1.3 ** looks);
  const delay = failures === 0 ? steady : Math.min(policy.backedOff, steady * 2 ** failures);
  return Math.min(remaining, Math.max(1, Math.round(delay * (1 - random / 3))));
}
