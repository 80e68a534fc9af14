import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { fetchAnswer } from "../../../../src/features/deploy/smoke/probe.js";
import { dripping, openSilent } from "../../../fakes/silent.js";

const boundMs = 200;

it("correctness 23, F39: an answer of 101 is an answer, and no wait without an end", async () => {
  const { address } = await openSilent((socket) =>
    socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"),
  );
  expect(await fetchAnswer(`http://${address}/healthz`, 60_000)).toMatchObject({
    status: 101,
    error: undefined,
  });
});

it.each<[string, Parameters<typeof openSilent>[0], string]>([
  ["nothing", undefined, "no answer within 200 ms"],
  ["half a status line", (socket) => socket.write("HTTP/1.1 20"), "no answer within 200 ms"],
  ["100s without end", (socket) => dripping(socket, "", "HTTP/1.1 100 Continue\r\n\r\n"), "no answer within"],
  [
    "a body that never ends",
    (socket) => dripping(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"),
    "its response did not finish within 200 ms",
  ],
  [
    "headers that never end",
    (socket) => dripping(socket, "HTTP/1.1 200 OK\r\n", `x: ${"y".repeat(10)}\r\n`),
    "no answer within 200 ms",
  ],
])(
  "correctness 23, F39: one attempt ends at its bound where the app answers %s",
  async (_what, speak, error) => {
    const { address } = await openSilent(speak);
    const answer = await fetchAnswer(`http://${address}/`, boundMs);
    expect(answer.status).toBeUndefined();
    expect(answer.error).toContain(error);
  },
);

it("correctness 23, F6: ends with the run, and leaves no listener behind", async () => {
  const { address } = await openSilent();
  const run = new AbortController();
  const answer = fetchAnswer(`http://${address}/`, 60_000, run.signal);
  run.abort();
  expect((await answer).error).toBe("interrupted");
  expect((await fetchAnswer(`http://${address}/`, 60_000, run.signal)).error).toBe("interrupted");
  expect(getEventListeners(run.signal, "abort")).toEqual([]);
});
