import type { Context } from "../../context/context.js";
import { MoorageError } from "../../core/errors.js";
import type { ImageSet, StackRecord } from "../../adapters/record/record.js";
import { unproven, withdrawnServices } from "../../core/project/proven.js";
import type { DeployRequest } from "./request.js";

/**
 * Refuses bytes that neither the environment before this one nor this one itself has run well (exit 4), or that the
 * environment they come from rolled back from, unless the person gives a reason, which is kept in the history. Asked once the
 * stack is held, so that an approval that comes late is judged by what is known then. A rollback goes to what ran well
 * here before: it is refused only where a person names what the environment before rolled back from.
 */
export async function checkProven(
  { records }: Context,
  { stack, provenIn, upstream, despite, purpose, isNamed }: DeployRequest,
  { imageTag, digests }: ImageSet,
  { history }: StackRecord,
): Promise<void> {
  const from = provenIn ?? upstream;
  const isRollback = purpose === "rollback";
  if (from === undefined || despite !== undefined || (isRollback && isNamed !== true)) return;
  const before = (await records.read(from))?.record.history ?? [];
  const withdrawn = withdrawnServices(digests, before);
  const needsProof = provenIn !== undefined && !isRollback;
  const asked = Object.entries(digests).filter(([service]) => needsProof || withdrawn.includes(service));
  const services = unproven(Object.fromEntries(asked), isRollback ? [] : history, before);
  const wentBack = services.filter((service) => withdrawn.includes(service));
  if (services.length > 0) throw notProven({ stack, from, imageTag, isRollback }, services, wentBack);
}

function notProven(
  {
    stack,
    from,
    imageTag,
    isRollback,
  }: { stack: string; from: string; imageTag: string; isRollback: boolean },
  services: readonly string[],
  wentBack: readonly string[],
): MoorageError {
  const why =
    wentBack.length > 0
      ? `${from} was rolled back from ${imageTag} (${wentBack.join(", ")})`
      : `${from} has not run ${imageTag} well (${services.join(", ")})`;
  const again = wentBack.length > 0 ? "again " : "";
  const instead = isRollback ? "Name another release" : `Deploy it to ${from} ${again}first`;
  return new MoorageError({
    code: "not-proven",
    message: `${why}, so it is not deployed to ${stack}.`,
    hint: `${instead}, or override this with --reason "...", which is kept in the history.`,
  });
}
