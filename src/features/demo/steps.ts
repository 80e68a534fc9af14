import { MoorageError } from "../../core/errors.js";
import type { Reporter } from "../../core/reporter.js";

/** One moment of the journey. */
export interface DemoStep {
  name: string;
  /** What was seen: a digest, an answer. */
  outcome: string;
  durationMs: number;
}

/** The journey's moments, told and timed as they happen. */
export class Timeline {
  readonly steps: DemoStep[] = [];

  constructor(private readonly reporter: Reporter) {}

  async step<Value>(
    name: string,
    run: () => Promise<Value>,
    outcome: (value: Value) => string,
  ): Promise<Value> {
    const startedAt = Date.now();
    this.reporter.notify({ kind: "step", text: name });
    const value = await run();
    this.steps.push({ name, outcome: outcome(value), durationMs: Date.now() - startedAt });
    return value;
  }
}

/** The journey did not go as it must: a defect, or a machine that does not do its part. */
export function demoFailed(message: string, cause?: unknown): MoorageError {
  return new MoorageError({
    code: "demo",
    message,
    hint: "Run the demo again with --keep, then look at `moorage local status`.",
    cause,
  });
}
