import { badRequest, type MoorageError } from "../errors.js";

/** What a setting names, and why it could not be found. */
export interface Missing {
  /** `["services", "web", "env", "TABLE"]`. */
  path: readonly string[];
  name: string;
  problem: string;
}

/** Of a stack whose configuration refers to what could not be found: every place, with the reason. */
export function referencesMissing(stack: string, missing: readonly Missing[]): MoorageError {
  const lines = missing.map(
    ({ path, name, problem }) => `  - moorage:${path.join(".")}: ${name}: ${problem}`,
  );
  return badRequest(
    "references-missing",
    `${stack} is not deployed: what its configuration refers to could not be found:\n${[...new Set(lines)].join("\n")}`,
    'Create what is missing in this account and region, or correct the names; what the role may read is listed on docs/configuration.md, "Values by reference".',
  );
}
