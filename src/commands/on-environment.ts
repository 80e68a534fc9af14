import type { Invocation } from "../command.js";
import type { Context } from "../context.js";
import type { EnvironmentStack } from "../environment-stack.js";

/** Gives `use` an environment as the project's files have it, and the edges to act on it; closes them afterwards. */
export async function onEnvironment<Value>(
  invocation: Invocation,
  name: string,
  use: (context: Context, environment: EnvironmentStack) => Promise<Value>,
): Promise<Value> {
  const [{ readEnvironment }, { openContext }] = await Promise.all([
    import("../environment-stack.js"),
    import("../context.js"),
  ]);
  const environment = await readEnvironment(invocation.cwd, name);
  const context = await openContext(invocation, environment.place);
  try {
    return await use(context, environment);
  } finally {
    context.close();
  }
}
