/** What the driver decides for one deployment. */
export interface Chosen {
  imageTag: string;
  /** Digests by service. */
  digests: Record<string, string>;
  /** Listener rule priorities by service. */
  priorities: Record<string, number>;
}

/**
 * The configuration that a stack's program is given: the environment's own (for a preview, its base environment's), the
 * target's overlay above it, and what was chosen for this deployment.
 */
export function deployedConfig(
  config: Record<string, unknown>,
  overlay: Record<string, unknown>,
  { imageTag, digests, priorities }: Chosen,
): Record<string, unknown> {
  return {
    ...config,
    ...overlay,
    "moorage:imageTag": imageTag,
    "moorage:digests": digests,
    "moorage:priorities": priorities,
  };
}
