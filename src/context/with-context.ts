import type { Invocation } from "../core/command.js";
import { openContext, type Context, type Place } from "./context.js";

/** Gives `use` the edges to act at a place, opened once, and closes them afterwards, whatever came of it. */
export async function withContext<Value>(
  invocation: Invocation,
  place: Place,
  use: (context: Context) => Promise<Value>,
): Promise<Value> {
  const context = await openContext(invocation, place);
  try {
    return await use(context);
  } finally {
    context.close();
  }
}
