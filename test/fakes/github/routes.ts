import { actionRoutes } from "./github-fake-actions.js";
import { deploymentRoutes } from "./github-fake-deployments.js";
import { environmentRoutes } from "./github-fake-environments.js";
import { issueRoutes } from "./github-fake-issues.js";
import { releaseRoutes } from "./github-fake-releases.js";
import { settingsRoutes } from "./github-fake-settings.js";
import type { Route } from "./github-fake-route.js";

/** What the fake answers, by area: a new area is a file `github-fake-<area>.ts` and a line here. */
export const routes: readonly Route[] = [
  ...actionRoutes,
  ...issueRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...releaseRoutes,
  ...settingsRoutes,
];
