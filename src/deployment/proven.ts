import type { Context } from "../context.js";
import { exitCodes, MoorageError } from "../errors.js";
import type { Release, StackRecord } from "../record/record.js";
import { unproven } from "../release/proven.js";
import type { DeployRequest } from "./request.js";

/**
 * Refuses bytes that neither the environment before this one nor this one itself has run well (exit 4), unless the
 * person gives a reason, which the history keeps.
 */
export async function checkProven(
  { records }: Context,
  { stack, provenIn, despite }: DeployRequest,
  { imageTag, digests }: Release,
  { history }: StackRecord,
): Promise<void> {
  if (provenIn === undefined || despite !== undefined) return;
  const before = (await records.read(provenIn))?.record.history ?? [];
  const services = unproven(digests, history, before);
  if (services.length === 0) return;
  throw new MoorageError({
    code: "not-proven",
    message: `${provenIn} has not run ${imageTag} well (${services.join(", ")}), so ${stack} does not get it.`,
    hint: `Deploy it to ${provenIn} first, or say why not with --reason "..."; the history keeps it.`,
    exitCode: exitCodes.refused,
    fault: "caller",
  });
}
