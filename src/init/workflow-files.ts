import type { Answers } from "./answers.js";
import type { ScaffoldFile } from "./file.js";

/** Set once workflows are published with it. */
export function workflowFiles(_answers: Answers): ScaffoldFile[] {
  return [];
}
