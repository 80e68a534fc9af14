import { lookupOn } from "../aws/lookup.js";
import type { Context } from "../context.js";
import type { Lookup, StateResource } from "../engine/engine.js";

type Inputs = StateResource["inputs"];

/** Finds what a killed run may have created, on AWS and on GitHub. */
export function lookupInfra({ aws }: Context): Lookup {
  const onAws = lookupOn(aws);
  return async (resource) => {
    const parts = githubIds[resource.type];
    return parts ? idOf(parts, resource.inputs) : onAws(resource);
  };
}

/**
 * GitHub's types whose id follows from their inputs, in the form that `pulumi import` takes: the engine's own read then
 * tells whether they exist. A deployment policy may be created twice, GitHub answers with the one that is there.
 */
const githubIds: Record<string, readonly string[]> = {
  "github:index/repositoryEnvironment:RepositoryEnvironment": ["repository", "environment"],
  "github:index/issueLabel:IssueLabel": ["repository", "name"],
  "github:index/actionsVariable:ActionsVariable": ["repository", "variableName"],
  "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable": [
    "repository",
    "environment",
    "variableName",
  ],
};

function idOf(parts: readonly string[], inputs: Inputs): string {
  return parts.map((part) => String(inputs[part])).join(":");
}
