import { expect, it } from "vitest";
import { pendingOf, resourcesOf, secretsProviderOf } from "../../../src/adapters/engine/deployment.js";
import type { Session } from "../../../src/adapters/engine/session.js";
import { exportState } from "../../../src/adapters/engine/state.js";

it("F7: a stack whose engine was killed before it wrote anything has an empty state", async () => {
  const session = { pulumi: () => Promise.resolve('{"version":3,"deployment":null}') } as unknown as Session;
  const state = await exportState(session);
  if (state === undefined) throw new Error("there is a stack");
  expect([resourcesOf(state), pendingOf(state), secretsProviderOf(state)]).toEqual([[], [], undefined]);
});
