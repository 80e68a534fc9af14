import { type StateDeployment, pendingOf, resourcesOf, secretsProviderOf } from "./deployment.js";
import type { Engine, StackSpec } from "./engine.js";
import { isStackNotFound } from "./failure.js";
import { type Driver, type Session, withSession } from "./session.js";
import { storedInFile } from "./stored-state.js";

/** Of a stack that was made, and whose engine was killed before it wrote anything, the deployment is null. */
type Exported = Omit<StateDeployment, "deployment"> & { deployment: StateDeployment["deployment"] | null };

/** The state as it is, secrets encrypted; undefined when there is no such stack. */
export async function exportState(session: Session): Promise<StateDeployment | undefined> {
  try {
    const exported = JSON.parse(await session.pulumi("stack", "export")) as Exported;
    return { ...exported, deployment: exported.deployment ?? {} };
  } catch (error) {
    if (isStackNotFound(error)) return undefined;
    throw error;
  }
}

/** With no process of the engine where the state is in a file that it would only copy. */
export async function readState(driver: Driver, spec: StackSpec): ReturnType<Engine["state"]> {
  const stored = await storedInFile(spec);
  const state = stored ?? (await withSession(driver, spec, { verb: "stack export" }, exportState));
  if (state === undefined) return undefined;
  const secretsProvider = secretsProviderOf(state);
  return { resources: resourcesOf(state), pending: pendingOf(state), secretsProvider };
}
