import * as pulumi from "@pulumi/pulumi";
import { problemText } from "../../src/core/project/problem.js";

/**
 * A mistake of a person as a program tells it: Pulumi shows a RunError without a stack trace, and the driver finds the error itself as
 * its cause. Any other error stays what it is.
 */
export function asRunError(error: unknown): unknown {
  const problem = problemText(error);
  if (problem === undefined) return error;
  const told = new pulumi.RunError(problem);
  told.cause = error;
  return told;
}

/** Runs what may raise such a mistake. */
export async function telling<Value>(work: () => Promise<Value> | Value): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw asRunError(error);
  }
}
