import { bounds } from "../bounds.js";
import { roleName } from "../../stacks/components/names.js";
import { clear } from "../aws/clear.js";
import { taggedResources } from "../aws/tagged.js";
import type { Context } from "../context.js";
import type { PreviewStack } from "../preview-stack.js";

/** Tasks drain and stop in seconds; Fargate's network interfaces are released minutes later. */

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
  const roleNames = Object.keys(config.services).flatMap((service) =>
    (["execution", "task"] as const).map((role) => roleName({ app: config.app, service, stack }, role)),
  );
  const remainders = { project, stack, cluster, resources, roleNames };
  await clear(aws, remainders, { signal, timeoutMs: bounds.engineOrphan, pauseMs: target.wait.most });
  return resources.length;
}
