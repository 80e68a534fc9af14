import { expect, it, onTestFinished } from "vitest";
import type { Context } from "../../../src/context/context.js";
import { watchCancellation } from "../../../src/features/deploy/watch-cancellation.js";
import { eventually } from "../../harness/eventually.js";

it("correctness C: a backend that is slow is not asked again before it has answered", async () => {
  const answers: (() => void)[] = [];
  const read = () => new Promise<undefined>((resolve) => answers.push(() => resolve(undefined)));
  const { signal } = new AbortController();
  const context = { records: { read }, signal, target: { wait: { most: 1 } } } as unknown as Context;
  const cancellation = watchCancellation(context, "dev");
  onTestFinished(() => cancellation.close());
  let ticks = 0;
  const clock = setInterval(() => ticks++, 1);
  onTestFinished(() => clearInterval(clock));
  await eventually("many intervals have passed", () => ticks > 20);
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await eventually("the next look begins", () => answers.length === 2);
});
