import * as pulumi from "@pulumi/pulumi";
import { MoorageError } from "../src/errors.js";
import { parseConfig } from "../src/config/parse.js";
import type { Config } from "../src/config/schema.js";

type Parse<Value> = (raw: Record<string, unknown>, source: string) => Value;

/** The running stack's configuration. Throws a RunError, which the engine shows without a stack trace. */
export function readConfig(): Config {
  return readConfigBy(parseConfig);
}

/** The same of a stack that is no environment, by its own schema. */
export function readConfigBy<Value>(parse: Parse<Value>): Value {
  const values = Object.entries(pulumi.runtime.allConfig()).map(([key, value]) => [key, fromEngine(value)]);
  try {
    return parse(Object.fromEntries(values) as Record<string, unknown>, `Stack ${pulumi.getStack()}`);
  } catch (error) {
    if (error instanceof MoorageError) throw new pulumi.RunError(`${error.message}\n${error.hint}`);
    throw error;
  }
}

/** The engine hands objects and lists over as JSON, all else as text. */
function fromEngine(value: string): unknown {
  if (!/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
