import { actionRoutes } from "./actions.js";
import { deploymentRoutes } from "./deployments.js";
import { environmentRoutes } from "./environments.js";
import { fileRoutes } from "./files.js";
import { issueRoutes } from "./issues.js";
import { releaseRoutes } from "./releases.js";
import { settingsRoutes } from "./settings.js";
import { statusRoutes } from "./statuses.js";
import type { Route } from "./route.js";

/** What the fake answers, by area: a new area is a file `github-fake-<area>.ts` and a line here. */
export const routes: readonly Route[] = [
  ...actionRoutes,
  ...fileRoutes,
  ...issueRoutes,
  ...deploymentRoutes,
  ...environmentRoutes,
  ...releaseRoutes,
  ...settingsRoutes,
  ...statusRoutes,
];
