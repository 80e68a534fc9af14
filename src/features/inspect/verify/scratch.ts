import { parseArn } from "../../../core/project/arn.js";
import { type Finding, find, type Judgement, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

/**
 * Tasks whose root file system can only be read write to a `tmpfs`, which Fargate takes since January 2026 "in all commercial
 * regions": whether it does in AWS's other partitions cannot be looked up. Undefined where there is no doubt.
 */
export function judgeScratch(partition: string): Judgement | undefined {
  if (partition === "aws") return undefined;
  return skip(
    `Fargate may refuse the tmpfs that read-only tasks have as /tmp in ${partition}: this cannot be checked. ` +
      "If it does, set `readOnly: false` for the service and its sidecars.",
  );
}

/** Of a service with a read-only container; none where there is no doubt. */
export function scratchFindings(
  { config, foundation: { cluster } }: Pick<VerifyInput, "config" | "foundation">,
  name: string,
): Promise<Finding>[] {
  const service = config.services[name];
  const containers = service === undefined ? [] : [service, ...Object.values(service.sidecars)];
  if (cluster === undefined || !containers.some(({ readOnly }) => readOnly)) return [];
  const doubt = judgeScratch(parseArn(cluster).partition);
  return doubt === undefined ? [] : [find(`${name}/read-only`, async () => doubt)];
}
