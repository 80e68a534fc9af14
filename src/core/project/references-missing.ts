import { badRequest, type MoorageError } from "../errors.js";
import { type ReferencePlace, referenceName } from "./references.js";

/** Of a stack whose configuration refers to what could not be found: every place, with the reason, by the reference's name. */
export function referencesMissing(
  stack: string,
  places: readonly ReferencePlace[],
  problems: ReadonlyMap<string, string>,
): MoorageError {
  const lines = places.flatMap(({ path, reference }) => {
    const name = referenceName(reference);
    const problem = problems.get(name);
    return problem === undefined ? [] : [`  - moorage:${path.join(".")}: ${name}: ${problem}`];
  });
  return badRequest(
    "references-missing",
    `${stack} is not deployed: what its configuration refers to could not be found:\n${[...new Set(lines)].join("\n")}`,
    'Create what is missing in this account and region, or correct the names; what the role may read is listed on docs/configuration.md, "Values by reference".',
  );
}
