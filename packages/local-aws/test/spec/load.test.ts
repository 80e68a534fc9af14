import { expect, it, onTestFinished } from "vitest";
import { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { rollUnderLoad } from "./under-load.js";

it("F23: no request is lost while services roll out and change their counts, on the whole local target", async () => {
  const rehearsal = await Rehearsal.open();
  onTestFinished(() => rehearsal.close());
  const { tally, rollouts } = await rollUnderLoad(rehearsal, {
    requests: 1500,
    perSecond: 200,
    rollouts: 2,
    slowMs: 2000,
  });
  expect(tally).toMatchObject({ sent: 1500, lost: {} });
  expect(rollouts).toEqual(Array(4).fill("SUCCESSFUL"));
}, 90_000);
