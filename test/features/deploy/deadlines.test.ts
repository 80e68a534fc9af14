import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { proveAbsence } from "../../../src/features/deploy/absence.js";
import { silentReporter } from "../../../src/core/reporter.js";

const hour = 3_600_000;
const context = { reporter: silentReporter, signal: new AbortController().signal };

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

it("F48: a clock that jumps ahead ends no wait", async () => {
  const answers = [["service web"], ["service web"], []];
  const find = async () => {
    vi.setSystemTime(Date.now() + hour);
    return answers.shift() ?? [];
  };
  await proveAbsence(context, "pr-7", find, { timeoutMs: 60_000, pauseMs: 1 });
  expect(answers).toEqual([]);
});

it("F48: a clock that is set back lengthens no wait", async () => {
  const find = async () => {
    vi.setSystemTime(Date.now() - hour);
    return ["service web"];
  };
  const proof = proveAbsence(context, "pr-7", find, { timeoutMs: 20, pauseMs: 1 });
  await expect(proof).rejects.toMatchObject({ code: "leftovers" });
});
