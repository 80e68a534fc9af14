import type { z } from "zod";
import type { githubAccess } from "../../../src/core/project/foundation-parts.js";
import { githubEnvironment } from "../../../src/core/project/scope.js";
import type { Access as Kind } from "../../policies/scope.js";
import type { Basis } from "./basis.js";

/** The repository whose workflows act here, with its default branch. */
export interface GitHub extends z.infer<typeof githubAccess> {
  branches: string[];
  main: string;
}

/** Undefined where none is configured. */
export function repositoryOf({ config }: Basis): GitHub | undefined {
  const { github } = config;
  if (github === undefined) return undefined;
  const main = github.main ?? config.main.branch;
  return { ...github, main, branches: github.branches ?? [main] };
}

/** Whose workflows build images, deploy previews and ask for versions: the app's own repository, where it has one. */
export function applicationOf(github: GitHub): GitHub {
  const { application } = github;
  if (application === undefined) return github;
  return { ...github, ...application, branches: application.branches ?? [application.main] };
}

/** One role to take: which stacks it is for, and in which of GitHub's contexts it may be taken. */
export interface RoleRequest {
  kind: Exclude<Kind, "person">;
  name: string[];
  stack: string;
  contexts: string[];
  /** Branches whose runs alone may take it, where the context leaves that open. */
  refs?: string[];
  reads: string[];
  /** Environments whose records it reads too. */
  records?: string[];
  cleansPreviews?: boolean;
  /** Environments for which it writes down the version that is asked for. */
  requests?: string[];
}

/**
 * Pushes what environments run, from branches that deploy something, and writes down what it pushed. Jobs in the
 * environment `build`, where a secret may be, take it from these branches too.
 */
export function buildRole({ config, environments }: Basis, { branches, application }: GitHub): RoleRequest {
  const refs = branches.map((branch) => `refs/heads/${branch}`);
  return {
    kind: "build",
    name: ["build"],
    stack: "",
    // Of several apps each has a role of its own, which no other's job takes.
    contexts: [
      ...(config.scope === undefined ? refs.map((ref) => `ref:${ref}`) : []),
      inEnvironment(config, "build"),
    ],
    refs,
    reads: [],
    ...(application !== undefined && { requests: environments }),
  };
}

/** Pushes what pull requests bring: their own runs do, and the main branch's for a fork's commit that was approved. */
export function buildPreviewsRole({ main }: GitHub): RoleRequest {
  return {
    kind: "build-previews",
    name: ["build", "previews"],
    stack: "",
    contexts: ["pull_request", `ref:refs/heads/${main}`],
    reads: [],
  };
}

/** Previews alone: of other stacks it reads what the foundation tells, and no environment's state. */
export function previewRole({ config, name }: Basis): RoleRequest {
  return {
    kind: "preview",
    name: ["preview"],
    stack: "pr-*",
    contexts: [inEnvironment(config, "preview")],
    reads: [name],
    ...(config.preview.build === "touched" && { records: [config.preview.base] }),
  };
}

export function deployRole({ config, name, previews }: Basis, environment: string): RoleRequest {
  return {
    kind: "deploy",
    name: ["deploy", environment],
    stack: environment,
    contexts: [inEnvironment(config, environment)],
    reads: [name, ...config.tasks.stacks],
    cleansPreviews: previews && environment === config.preview.base,
  };
}

/** Reads what a plan compares, secrets in the state among it: only the main branch's programs may. */
export function planRole({ config, name }: Basis, { main }: GitHub, stack: string): RoleRequest {
  return {
    kind: "plan",
    name: ["plan", stack],
    stack,
    contexts: [inEnvironment(config, "plan")],
    refs: [`refs/heads/${main}`],
    reads: [name, ...config.tasks.stacks],
  };
}

/** Applies the foundation itself, from the main branch, in the environment of its name. */
export function infraRole({ config, identity }: Basis, { main }: GitHub): RoleRequest {
  return {
    kind: "infra",
    name: ["infra"],
    stack: identity.stack,
    contexts: [inEnvironment(config, identity.stack)],
    refs: [`refs/heads/${main}`],
    reads: [],
  };
}

function inEnvironment(config: Basis["config"], name: string): string {
  return `environment:${githubEnvironment(config, name)}`;
}
