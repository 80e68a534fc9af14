import { expect, it, onTestFinished } from "vitest";
import { Rehearsal } from "../../../../test/harness/rehearsal.js";
import { killDuringRollouts } from "./kills.js";

it("F7: the daemon killed during rollouts comes back with the next command, and nothing is left over", async () => {
  const rehearsal = await Rehearsal.open();
  onTestFinished(() => rehearsal.close());
  const kills = await killDuringRollouts(rehearsal, { kills: 3, withinMs: 800, seed: 7 });
  expect(kills.map(({ status }) => status)).toEqual(Array(3).fill("SUCCESSFUL"));
}, 90_000);
