import { existingIn, existingListeners } from "../../../src/core/project/existing-foundation.js";
import { balancerCount } from "../../../src/core/project/foundation-checks.js";
import type { FoundationConfig } from "../../../src/core/project/foundation-schema.js";
import type { Identity } from "../identity.js";
import { type FoundationApp, namesOfApp } from "../../../src/core/project/foundation-apps.js";
import type { Basis } from "./basis.js";

/** What every part of a foundation is declared from, where it is known whose it is and where. */
export function planBasis(
  config: FoundationConfig,
  identity: Identity,
  place: Pick<Basis, "partition" | "region" | "account">,
): Basis {
  const foundation = identity.stack.replace(/^foundation-/, "");
  const environments = config.environments ?? [foundation];
  const previews = environments.includes(config.preview.base);
  const existing = existingIn(config);
  const listeners = existingListeners(existing);
  const owner = { app: config.app, foundation };
  return {
    config,
    existing,
    identity,
    owner,
    ground: owner,
    name: identity.stack,
    prefix: "",
    environments,
    previews,
    balancers: {
      count: Math.max(balancerCount(config.loadBalancers, previews), listeners.length),
      previewsOwn: previews && config.loadBalancers.previews === "own",
      existing: listeners,
    },
    ...place,
    tags: identity.tags,
    protect: config.protect ?? foundation !== config.preview.base,
  };
}

/** What a further app's parts are declared from: the same ground, with what is the app's own. */
export function appBases(basis: Basis): Basis[] {
  return basis.config.apps.map((one) => appBasis(basis, one));
}

function appBasis(basis: Basis, one: FoundationApp): Basis {
  const { config, identity, owner } = basis;
  const { app, project, repositories, logGroupPrefix } = namesOfApp(one);
  const { scope, tasks, resources, previews } = one;
  const tags = { ...identity.tags, "moorage:app": app };
  return {
    ...basis,
    config: {
      ...config,
      app,
      scope,
      tasks,
      resources,
      logGroupPrefix,
      repositories: { ...config.repositories, names: repositories },
      previews: typeof previews === "boolean" ? nothingMore : previews,
      github: githubOf(config, one),
      apps: [],
    },
    identity: { ...identity, project, app, tags },
    owner: { ...owner, app },
    name: `${identity.project}/${identity.stack}`,
    prefix: `${app}/`,
    previews: basis.previews && previews !== false,
    tags,
  };
}

const nothingMore = {
  ...{ secrets: [], parameters: [], keys: [], policies: [], exports: [], statements: [] },
  ...{ types: [], resources: [] },
};

/** Of the foundation's own repository nothing but which GitHub it is in, unless the app is in it too. */
function githubOf({ github }: FoundationConfig, { github: own }: FoundationApp): FoundationConfig["github"] {
  if (github === undefined) return undefined;
  if (own === undefined) return { ...github, infra: false };
  const { server, issuer, audience, provider } = github;
  return { server, issuer, audience, provider, ...own, infra: false };
}
