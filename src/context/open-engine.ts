import type { Engine } from "../adapters/engine/engine.js";
import type { EngineListeners } from "../adapters/engine/listeners.js";
import type { Invocation } from "../core/command.js";
import { temporaryPlace } from "../core/temporary-folder.js";

/** The engine on this machine, fetched where it is not there yet; `listeners` are told of what it does. */
export async function openEngine(
  { env, reporter, signal }: Invocation,
  listeners: EngineListeners,
): Promise<Engine> {
  await temporaryPlace();
  const [{ getEngine }, { createEngine }] = await Promise.all([
    import("../adapters/engine/get.js"),
    import("../adapters/engine/run.js"),
  ]);
  return createEngine({
    binary: await getEngine({ env, reporter, signal }),
    listeners,
    trace: reporter.trace,
  });
}
