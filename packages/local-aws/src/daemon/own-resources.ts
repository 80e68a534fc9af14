import { resourceTypes } from "../resources/index.js";
import { unknownOutputs } from "../resources/other-types.js";
import { object, optionalText } from "../resources/convert.js";
import type { RecordedRows } from "../resources/rows.js";

/** A resource of a type that the local target only records, for people and `local status --json`. */
export interface RecordedStatus {
  /** From its tag `moorage:stack`. */
  stack?: string;
  /** `aws:sqs/queue:Queue`. */
  type: string;
  id: string;
  /** Outputs that nothing documents: programs find them empty. */
  unknown: string[];
}

/** What teams' own programs have declared. */
export function recordedStatuses(rows: RecordedRows): RecordedStatus[] {
  return rows.every().flatMap(({ type, id, properties, gone }): RecordedStatus[] => {
    const name = type.split("/")[1] ?? "";
    const token = `aws:${type}:${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    if (gone === true || type.startsWith("github/") || resourceTypes.has(token)) return [];
    const stack = optionalText(object(properties["tags"])["moorage:stack"]);
    const unknown = unknownOutputs(token, properties);
    return [{ ...(stack !== undefined && { stack }), type: token, id, unknown }];
  });
}
