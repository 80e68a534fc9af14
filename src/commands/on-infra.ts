import type { Invocation } from "../core/command.js";
import type { Context } from "../context/context.js";
import type { InfraStack } from "../features/setup/infra/stack.js";

/** The stack that an `infra` command is about. */
export const infraStack = { describe: "github, or a foundation: foundation-dev", required: true } as const;

/** Gives `use` a stack of infrastructure as the project's files have it, and the edges to act on it; closes them. */
export async function onInfra<Value>(
  invocation: Invocation,
  name: string,
  use: (context: Context, stack: InfraStack) => Promise<Value>,
): Promise<Value> {
  const [{ readInfraStack }, { withContext }, { withPlansRulesets }, { withAccountsProvider }] =
    await Promise.all([
      import("../features/setup/infra/stack.js"),
      import("../context/with-context.js"),
      import("../features/setup/infra/rulesets.js"),
      import("../features/setup/infra/provider.js"),
    ]);
  const stack = await readInfraStack(invocation.cwd, name, invocation.env);
  return withContext(invocation, stack.place, async (context) => {
    return await use(context, await withAccountsProvider(context, await withPlansRulesets(context, stack)));
  });
}
