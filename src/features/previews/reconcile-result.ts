import type { DestroyResult } from "../deploy/destroy.js";
import { describeDeployment } from "../deploy/describe.js";
import type { DeployResult } from "../deploy/request.js";
import { describeDestruction } from "./destroy-preview.js";

/** What was done about a pull request's preview. The stable JSON of `preview reconcile`. */
export type Reconciled = {
  pr: number;
  stack: string;
  /** Why, as a sentence without its full stop. */
  reason: string;
  /** Nothing was done: this is what would have been. */
  dryRun?: true;
} & (
  | { action: "up"; commit: string; result?: Omit<DeployResult, "stack"> }
  | { action: "destroy"; result?: DestroyResult }
  /** There is no preview, and there is to be none. */
  | { action: "none" }
  /** The head commit's image is not pushed yet; what is there stays as it is. */
  | { action: "waiting for its image"; commit: string }
  /** `--only-destroy`: it is wanted, and the run of its own commit brings it up. */
  | { action: "left as it is"; commit: string }
  /** `--dry-run` only: otherwise it is an error (exit 4). */
  | { action: "refuse"; hint: string }
);

/** For people. */
export function describeReconciled(reconciled: Reconciled): string {
  const { stack, action, reason } = reconciled;
  if (reconciled.dryRun) return `${stack} would be: ${action}, because ${reason}\n`;
  if (action === "none") return `${stack} does not exist and is not wanted: ${reason}\n`;
  if (action === "left as it is" || action === "waiting for its image")
    return `${stack} stays as it is: ${reason}\n`;
  if (action === "refuse") return `${stack} is refused: ${reason}\n`;
  const why = `${reason}\n`;
  if (action === "up") {
    return reconciled.result ? why + describeDeployment({ stack, ...reconciled.result }) : why;
  }
  return reconciled.result ? why + describeDestruction(stack, reconciled.result) : why;
}
