import { strict, textMatching } from "./values.js";

/** A repository on GitHub: `owner/name`. */
export const repositoryName = textMatching(
  /^[\w.-]{1,100}\/[\w.-]{1,100}$/,
  "a repository such as acme/infrastructure",
);
export const workflowFile = textMatching(
  /^[\w.-]{1,100}\.ya?ml$/,
  "a workflow's file name such as deploy.yml",
);
export const gitRef = textMatching(/^(?!-)[\w./-]{1,200}$/, "a branch or a tag");

/** `moorage:request`: the repository that deploys, where that is not the app's own. */
export const requestShape = strict({
  repository: repositoryName,
  workflow: workflowFile.default("deploy.yml"),
  /** By default, that repository's default branch. */
  ref: gitRef.optional(),
});
