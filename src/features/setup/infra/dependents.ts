import { pullRequestOf } from "../../../core/project/preview-names.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import type { InfraStack } from "./stack.js";

/** Which deployed stacks stand on a foundation: its environments, and the previews where their base is among them. */
export function dependentStacks(
  { environments, previewBase }: Pick<InfraStack, "environments" | "previewBase">,
  records: readonly Pick<StackRecord, "stack" | "exists">[],
): string[] {
  const hasPreviews = environments.includes(previewBase);
  return records
    .filter(({ exists }) => exists)
    .map(({ stack }) => stack)
    .filter((stack) => environments.includes(stack) || (hasPreviews && pullRequestOf(stack) !== undefined))
    .sort();
}
