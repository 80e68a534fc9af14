import type { Place } from "./context.js";
import type { StackSettings } from "./stack-settings.js";
import { readEnvironment } from "./environment-stack.js";
import { pullRequestOf } from "../core/project/preview-names.js";
import { readPreview } from "./preview-stack.js";

/** A stack that a command names as it is: an environment, or `pr-42`. */
export interface NamedStack {
  stack: string;
  place: Place;
  request: StackSettings;
}

/** What the project's files say about the stack. Raises a bad request for a name that is neither. */
export async function readNamedStack(folder: string, name: string): Promise<NamedStack> {
  const pr = pullRequestOf(name);
  if (pr !== undefined) return readPreview(folder, String(pr));
  const { environment, place, request } = await readEnvironment(folder, name);
  return { stack: environment, place, request };
}
