import type { Invocation } from "../core/command.js";
import type { Context } from "../context/context.js";
import type { EnvironmentStack } from "../context/environment-stack.js";
import type { Reporter } from "../core/reporter.js";

/** Gives `use` an environment as the project's files have it, and the edges to act on it; closes them afterwards. */
export async function onEnvironment<Value>(
  invocation: Invocation,
  name: string,
  use: (context: Context, environment: EnvironmentStack) => Promise<Value>,
): Promise<Value> {
  const [{ readEnvironment }, { withContext }] = await Promise.all([
    import("../context/environment-stack.js"),
    import("../context/with-context.js"),
  ]);
  const environment = await readEnvironment(invocation.cwd, name);
  await maskAddresses(invocation.reporter, environment);
  return withContext(invocation, environment.place, async (context) => {
    return await use(context, environment);
  });
}

/** Addresses that stand in the configuration as plain text are secrets all the same (F28). */
async function maskAddresses(reporter: Reporter, { request }: EnvironmentStack): Promise<void> {
  const plain = Object.values(request.config.notify).filter((address) => typeof address === "string");
  if (reporter.mask === undefined || plain.length === 0) return;
  const { maskSecret } = await import("../context/masking.js");
  for (const address of plain) maskSecret(reporter, address);
}
