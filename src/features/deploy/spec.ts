import type { Context } from "../../context/context.js";
import type { StackSpec } from "../../adapters/engine/engine.js";

/** The engine's view of a stack on the context's target. */
export function specOf(
  { project, engineSettings, target }: Context,
  stack: string,
  config: Record<string, unknown>,
  settings: Record<string, string>,
): StackSpec {
  return {
    project,
    stack,
    backendUrl: target.backendUrl,
    config,
    settings,
    projectSettings: engineSettings,
    env: target.engineEnv,
  };
}
