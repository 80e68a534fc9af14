import { MoorageError } from "../../../core/errors.js";
import { adviceOn } from "./advice.js";
import type { Verdict } from "./judge.js";
import type { SmokeResult } from "../smoke/await-checks.js";
import type { StackOutputs } from "../outputs.js";
import type { ServiceRollout } from "./watch.js";

/** What an update brought about, good or bad. */
export interface Outcome {
  outputs: StackOutputs;
  changes: Record<string, number>;
  rollouts: ServiceRollout[];
  /** Empty where a rollout failed. */
  smoke: SmokeResult[];
}

export type FailedRollout = Omit<ServiceRollout, "verdict"> & {
  verdict: Extract<Verdict, { outcome: "failed" | "superseded" }>;
};

/** The rollouts that did not bring about what was wanted. */
export function failedRollouts({ rollouts }: Outcome): FailedRollout[] {
  return rollouts.filter(
    (rollout): rollout is FailedRollout =>
      rollout.verdict.outcome === "failed" || rollout.verdict.outcome === "superseded",
  );
}

/** What is wrong with an outcome, as one error (exit 1); undefined where nothing is. */
export function problemOf(outcome: Outcome): MoorageError | undefined {
  const failed = failedRollouts(outcome);
  const broken = failed.find(({ verdict }) => verdict.outcome === "failed") ?? failed[0];
  if (broken) return rolloutProblem(broken);
  const unanswered = outcome.smoke.find(({ passed }) => !passed);
  return unanswered && smokeProblem(unanswered);
}

function rolloutProblem({ name, verdict }: FailedRollout): MoorageError {
  if (verdict.outcome === "superseded") return superseded(name, verdict.by);
  const { kind, reasons } = verdict;
  return new MoorageError({
    code: "rollout-failed",
    message: `The rollout of service ${name} ${kind === "failed" ? "failed" : `failed (${kind})`}:\n${reasons
      .map((reason) => `  - ${reason}`)
      .join("\n")}`,
    hint: adviceOn(reasons),
  });
}

function superseded(name: string, by: string): MoorageError {
  return new MoorageError({
    code: "superseded",
    message: `The deployment of service ${name} was superseded by ${by} while this run watched it.`,
    hint: "That deployment is now the current one; `moorage history` shows what Moorage itself deployed.",
  });
}

export function smokeProblem({ url, problem }: SmokeResult): MoorageError {
  return new MoorageError({
    code: "smoke-test",
    message: `The smoke test failed: ${[url, problem ?? "is not as expected"].filter(Boolean).join(" ")}.`,
    hint: "Read the app's log; the deployment is marked failed and can be repeated.",
  });
}
