/** A workflow run as far as its end is judged. Source: GitHub's API, "Get a workflow run". */
export interface RunState {
  status: string;
  conclusion: string | null;
}

export type RunVerdict = "under way" | "succeeded" | "failed" | "cancelled";

/** A run that was skipped, or waits for somebody's action for good, has deployed nothing: only a success is one. */
export function runVerdict({ status, conclusion }: RunState): RunVerdict {
  if (status !== "completed") return "under way";
  if (conclusion === "success") return "succeeded";
  return conclusion === "cancelled" ? "cancelled" : "failed";
}

/** What a run in progress is doing, as text for people. */
export function runPhase({ status }: RunState): string {
  const phases: Record<string, string> = {
    in_progress: "is running",
    waiting: "waits for an approval",
    action_required: "waits for an approval",
  };
  return phases[status] ?? "is queued";
}
