import type { Invocation } from "../core/command.js";
import type { Context } from "../context/context.js";
import { onEnvironment } from "./on-environment.js";
import { onInfra } from "./on-infra.js";

/** Gives `use` any stack by its name (`dev`, `pr-42`, `foundation-dev`, `github`), and the edges to act on it; closes them. */
export async function onStack<Value>(
  invocation: Invocation,
  name: string,
  use: (context: Context, stack: string) => Promise<Value>,
): Promise<Value> {
  const { stackKind } = await import("../core/project/stack-kind.js");
  const kind = stackKind(name);
  if (kind === "foundation" || kind === "github") {
    return onInfra(invocation, name, (context, { stack }) => use(context, stack));
  }
  if (kind !== "preview") {
    return onEnvironment(invocation, name, (context, { environment }) => use(context, environment));
  }
  const [{ readNamedStack }, { withContext }] = await Promise.all([
    import("../context/named-stack.js"),
    import("../context/with-context.js"),
  ]);
  const { stack, place } = await readNamedStack(invocation.cwd, name);
  return withContext(invocation, place, async (context) => {
    return await use(context, stack);
  });
}
