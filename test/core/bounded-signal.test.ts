import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { boundedSignal } from "../../src/core/bounded-signal.js";
import { eventually } from "../harness/eventually.js";

it("F39: a bound that is one of several fires though garbage is collected", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  let fired = 0;
  const listen = () =>
    boundedSignal(50, new AbortController().signal).addEventListener("abort", () => void (fired += 1), {
      once: true,
    });
  for (let index = 0; index < 20; index += 1) listen();
  await eventually("all have fired", () => {
    collect();
    return fired === 20;
  });
  expect(fired).toBe(20);
});
