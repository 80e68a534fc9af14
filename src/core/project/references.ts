/** The words of a reference, each for where the value is kept. */
export const referenceWords = ["fromCfn", "fromSsm", "fromStack", "fromSecret"] as const;

/** Whether a setting names where its value is kept, in place of the value. */
export function isReference(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return referenceWords.some((word) => word in value);
}
