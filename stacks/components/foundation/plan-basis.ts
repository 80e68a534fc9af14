import { existingIn, existingListeners } from "../../../src/core/project/existing-foundation.js";
import { balancerCount } from "../../../src/core/project/foundation-checks.js";
import type { FoundationConfig } from "../../../src/core/project/foundation-schema.js";
import type { Identity } from "../identity.js";
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
  return {
    config,
    existing,
    identity,
    owner: { app: config.app, foundation },
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
