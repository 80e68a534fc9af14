import { z } from "zod";
import { appRepository, previews, tasks } from "./foundation-parts.js";
import { allowedStatements } from "./own-schema.js";
import { scope } from "./scope.js";
import { logGroupPrefix } from "./service-operations.js";
import { appName, flag, repositoryName, strict, textMatching } from "./values.js";

/**
 * A further app that stands on a foundation, with what is its own. Settings have the names that the foundation's own app has
 * them by; cluster, load balancers, network, provider and state are shared.
 */
const foundationApp = strict({
  app: appName,
  /** `name` of its Pulumi.yaml; by default, the app's. */
  project: textMatching(/^[A-Za-z0-9_.-]{1,100}$/, "the name in the app's Pulumi.yaml").optional(),
  scope: scope.optional(),
  /** Whose workflows may act for it; by default, the foundation's own repository, where another `scope` keeps them apart. */
  github: appRepository.optional(),
  repositories: strict({
    /** All that images are pushed to; by default, the app's name. */
    names: z.array(repositoryName, { error: "must be a list of repository names" }).min(1).optional(),
  }).prefault({}),
  /** As the app's own files have it; by default, `/ecs/<app>`. */
  logGroupPrefix: logGroupPrefix.optional(),
  /** What its previews may have; false where it has none. */
  previews: z
    .union([flag, previews], { error: "must be true, false, or what previews may have" })
    .default(true),
  tasks: tasks.prefault({}),
  resources: allowedStatements.default([]),
});

export const foundationApps = z
  .array(foundationApp, { error: "must be a list of apps, such as [{ app: hello-api }]" })
  .default([]);

export type FoundationApp = z.infer<typeof foundationApp>;

/** What of an app's settings must not be another app's, defaults filled. */
export interface AppNames {
  app: string;
  project: string;
  repositories: string[];
  logGroupPrefix: string;
}

type Named = Pick<FoundationApp, "app"> & {
  project?: string | undefined;
  repositories?: { names?: string[] | undefined } | undefined;
  logGroupPrefix?: string | undefined;
};

export function namesOfApp({ app, project, repositories, logGroupPrefix: logs }: Named): AppNames {
  return {
    app,
    project: project ?? app,
    repositories: [...new Set(repositories?.names ?? [app])],
    logGroupPrefix: logs ?? `/ecs/${app}`,
  };
}
