import type { Stage } from "./stage.js";

/** Something that the driver, or a person beside it, asks AWS. */
export interface Question {
  name: string;
  /** The answer's fields that are read; names, ids and times that differ by run replaced by what they mean. */
  ask(stage: Stage): Promise<unknown>;
  /** What AWS says, by its documentation. */
  answer: unknown;
}
