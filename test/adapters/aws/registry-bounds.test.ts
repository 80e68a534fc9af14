import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { openRepository } from "../../../src/adapters/aws/registry.js";
import { dripping, openSilent } from "../../fakes/silent.js";

const digest = `sha256:${"a".repeat(64)}`;
const blob = { mediaType: "application/octet-stream", digest, size: 9 };

/** The repository of a registry that hangs as `speak` does, with bounds of milliseconds. */
async function hanging(speak?: Parameters<typeof openSilent>[0], signal = new AbortController().signal) {
  const silent = await openSilent(speak);
  const access = {
    host: "registry.example.com",
    endpoint: { url: `http://${silent.address}`, prefix: "" },
    authorization: "Basic x",
    signal,
    pauseMs: 1,
    bounds: { attemptMs: 150, idleMs: 100 },
  };
  return { ...silent, repository: openRepository(access, "hello") };
}

it("correctness 23, F39: a registry that never answers is tried five times, each within its bound", async () => {
  const { repository, connections } = await hanging();
  await expect(repository.head("v1")).rejects.toMatchObject({
    code: "registry-unreachable",
    exitCode: 1,
    message: expect.stringContaining("sent nothing") as string,
  });
  expect(connections()).toBeGreaterThanOrEqual(5);
});

it("correctness 23, F39: a blob that stops in its middle ends at the idle bound", async () => {
  const { repository } = await hanging((socket) =>
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"),
  );
  const { bytes } = await repository.blob(blob);
  const pieces: Uint8Array[] = [];
  const reading = (async () => {
    for await (const piece of bytes) pieces.push(piece);
  })();
  await expect(reading).rejects.toMatchObject({ code: "no-answer" });
  expect(Buffer.concat(pieces).toString()).toBe("half");
});

it("correctness 23, F39: a manifest that never ends is not read for ever; a blob may be of any length", async () => {
  const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  const { repository } = await hanging((socket) => dripping(socket, head, "1\r\nx\r\n"));
  await expect(repository.manifest("v1")).rejects.toMatchObject({ code: "no-answer", exitCode: 1 });
  const { bytes } = await repository.blob(blob);
  let size = 0;
  for await (const piece of bytes) if ((size += piece.length) > 60) break;
  expect(size).toBeGreaterThan(60);
});

it("correctness 23, F39: an upload that the registry does not take ends at the idle bound", async () => {
  const { repository, address } = await hanging((socket) => void socket.pause());
  const pieces = ReadableStream.from(
    (async function* () {
      for (let count = 0; count < 64; count++) {
        await setImmediate();
        yield Buffer.alloc(1024 * 1024);
      }
    })(),
  );
  const upload = repository.finishUpload(
    new URL(`http://${address}/v2/up`),
    { ...blob, size: 64 * 1024 * 1024 },
    pieces,
  );
  await expect(upload).rejects.toMatchObject({ code: "registry-unreachable" });
});

it("F6: an interruption ends the wait at once", async () => {
  const run = new AbortController();
  const { repository } = await hanging(undefined, run.signal);
  const looking = repository.head("v1");
  run.abort(new Error("interrupted"));
  await expect(looking).rejects.toThrow("interrupted");
});
