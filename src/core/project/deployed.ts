import type { Share } from "./capacity.js";
import type { Standing } from "./standing.js";

/** What the driver decides for one deployment. */
export interface DeployedChoice {
  imageTag: string;
  /** Tags by service, of those that run another. */
  imageTags?: Record<string, string>;
  /** Digests by service. */
  digests: Record<string, string>;
  /** Repositories by service, of those whose image is in another than their own. */
  repositories?: Record<string, string>;
  /** Listener rule priorities by service. */
  priorities: Record<string, number>;
  /** Log groups that the stack takes over. */
  adopt?: readonly string[];
  /** What each service's tasks run on now. */
  capacity?: Readonly<Record<string, readonly Share[]>>;
  /** What each service has at the load balancer now. */
  standing?: Readonly<Record<string, Standing>>;
  /** The namespaces that it has now. */
  namespaces?: readonly string[];
  /** What references are found to be without looking. */
  references?: Readonly<Record<string, string>> | undefined;
}

/**
 * The configuration that a stack's program is given: the environment's own (for a preview, its base environment's), the
 * target's overlay above it, and what was chosen for this deployment.
 */
export function deployedConfig(
  config: Record<string, unknown>,
  overlay: Record<string, unknown>,
  {
    imageTag,
    imageTags = {},
    repositories = {},
    digests,
    priorities,
    adopt = [],
    capacity = {},
    standing = {},
    namespaces = [],
    references,
  }: DeployedChoice,
): Record<string, unknown> {
  return {
    ...config,
    ...overlay,
    "moorage:imageTag": imageTag,
    "moorage:imageTags": imageTags,
    "moorage:digests": digests,
    "moorage:repositories": repositories,
    "moorage:priorities": priorities,
    "moorage:adopt": adopt,
    "moorage:capacity": capacity,
    "moorage:standing": standing,
    ...(references && { "moorage:references": references }),
    ...(namespaces.length > 0 && { "moorage:namespaces": namespaces }),
  };
}
