import { isDeepStrictEqual } from "node:util";

/** One place where two answers differ. */
export interface At {
  /** `service.deployments.0.id`; empty for the whole answer. */
  at: string;
  /** What the answer says there. */
  says: unknown;
}

/** Every place where an answer is not what was expected; lists of another length differ as a whole. */
export function differencesBetween(expected: unknown, answer: unknown, at: string[] = []): At[] {
  if (isList(expected) && isList(answer) && expected.length === answer.length) {
    return expected.flatMap((one, index) => differencesBetween(one, answer[index], [...at, String(index)]));
  }
  if (isObject(expected) && isObject(answer)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(answer)])];
    return keys.flatMap((key) => differencesBetween(expected[key], answer[key], [...at, key]));
  }
  return isDeepStrictEqual(expected, answer) ? [] : [{ at: at.join("."), says: answer }];
}

function isList(value: unknown): value is unknown[] {
  return Array.isArray(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
