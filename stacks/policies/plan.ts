import type { Access } from "./scope.js";

/** A plan does not need an app's logs. */
const untold = ["logs:FilterLogEvents", "logs:GetLogEvents"];

/** Reads by another name: an image's manifest, and the state's secrets, which a plan compares. */
const otherReads = ["ecr:BatchGetImage", "kms:Decrypt"];

/** Whether a plan makes this call: one of a deployment's that changes nothing. Its state holds secrets: it is read too. */
export function isPlanned(action: string, accesses: readonly Access[]): boolean {
  if (!accesses.includes("deploy") || untold.includes(action)) return false;
  return otherReads.includes(action) || /^[a-z0-9-]+:(Describe|Get|List)/.test(action);
}
