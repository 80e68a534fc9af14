import { bounds } from "../bounds.js";
import { clear } from "../aws/clear.js";
import { taggedResources } from "../aws/tagged.js";
import type { Context } from "../context.js";
import type { PreviewStack } from "../preview-stack.js";

/** Deletes a preview's resources that no state names, and tells each; gives their number. */
export async function clearOrphan(
  context: Context,
  { stack, request: { config } }: PreviewStack,
  cluster: string | undefined,
): Promise<number> {
  const { project, aws, signal, host, target } = context;
  const resources = await taggedResources(aws, {
    project,
    cluster,
    logGroupPrefix: config.logGroupPrefix,
    isWanted: (wanted) => wanted === stack,
  });
  for (const { kind, id } of resources) host.notify({ kind: "detail", text: `no stack's: ${kind} ${id}` });
  const remainders = { project, stack, cluster, resources };
  await clear(aws, remainders, { signal, timeoutMs: bounds.engineOrphan, pauseMs: target.wait.most });
  return resources.length;
}
