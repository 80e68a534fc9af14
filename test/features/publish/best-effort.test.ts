import { expect, it } from "vitest";
import { within } from "../../../src/features/publish/best-effort.js";

const never = () => new Promise<void>(() => undefined);
const bound = (timeoutMs: number, signal = new AbortController().signal) => ({
  timeoutMs,
  cancelledMs: 20,
  signal,
});

it("what answers in time has its answer", async () => {
  await within(bound(60_000), Promise.resolve());
  await expect(within(bound(60_000), Promise.reject(new Error("refused")))).rejects.toThrow("refused");
});

it("what does not answer is given up at its bound", async () => {
  await expect(within(bound(20), never())).rejects.toMatchObject({ code: "github-late" });
});

it("F6: a cancellation shortens the wait, before it and in its midst", async () => {
  await expect(within(bound(60_000, AbortSignal.abort()), never())).rejects.toMatchObject({
    code: "github-late",
  });
  const cancellation = new AbortController();
  const waiting = within(bound(60_000, cancellation.signal), never());
  cancellation.abort();
  await expect(waiting).rejects.toMatchObject({ code: "github-late" });
});
