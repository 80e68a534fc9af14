import { type StateDeployment, pendingOf, resourcesOf, secretsProviderOf } from "./deployment.js";
import type { Engine, StackSpec } from "./engine.js";
import { isStackNotFound } from "./failure.js";
import { type Driver, type Session, withSession } from "./session.js";

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

export async function readState(driver: Driver, spec: StackSpec): ReturnType<Engine["state"]> {
  return withSession(driver, spec, { verb: "stack export" }, async (session) => {
    const state = await exportState(session);
    if (state === undefined) return undefined;
    const secretsProvider = secretsProviderOf(state);
    return { resources: resourcesOf(state), pending: pendingOf(state), secretsProvider };
  });
}
