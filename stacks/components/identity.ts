import * as pulumi from "@pulumi/pulumi";
import { pullRequestOf } from "../../src/core/project/preview-names.js";
import { stackKind } from "../../src/core/project/stack-kind.js";

/** Which stack of which project a program runs for. */
export interface Identity {
  project: string;
  stack: string;
  app: string;
  /** What every resource carries: proof of absence and cost reports search by it. */
  tags: Record<string, string>;
}

export function identify(app: string): Identity {
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  const pr = stackKind(stack) === "preview" ? pullRequestOf(stack) : undefined;
  const tags = {
    "moorage:project": project,
    "moorage:stack": stack,
    ...(pr === undefined ? {} : { "moorage:pr": String(pr) }),
  };
  return { project, stack, app, tags };
}
