import type { Deployment, Exit, Rules, Throttle } from "./model.js";

export const unthrottled: Throttle = { rounds: 0, since: 0, until: 0 };

/**
 * Spaces the restarts of tasks that fail. The first replacement is immediate. Tasks that never started wait longer each
 * round, up to AWS's 27 minutes; tasks that crash after their start wait the first interval each time: AWS does not
 * throttle those, but needs about as long to provision the next one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
export function throttled(deployment: Deployment, exit: Exit, rules: Rules, now: number): Throttle {
  const { rounds, since } = deployment.throttle;
  if (rounds > 0 && exit.createdAt < since) return deployment.throttle;
  return { rounds: rounds + 1, since: now, until: now + wait(rounds + 1, exit.started, rules) };
}

function wait(rounds: number, started: boolean, rules: Rules): number {
  if (rounds === 1) return 0;
  if (started) return rules.restartMs;
  return Math.min(rules.restartMs * 2 ** (rounds - 2), rules.restartCeilingMs);
}
