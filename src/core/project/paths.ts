/** `/api/*` does not match `/api`, so both stand in a listener rule. Sorted: their order means nothing to AWS. */
export function expandPaths(patterns: readonly string[]): string[] {
  const expanded = patterns.flatMap((pattern) =>
    pattern.length > 2 && pattern.endsWith("/*") ? [pattern.slice(0, -2), pattern] : [pattern],
  );
  return [...new Set(expanded)].sort();
}
