import { randomBytes } from "node:crypto";
import { request } from "node:http";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { errorCode, pushBlob, serveRegistry, sha256, site } from "./serve.js";

const unknown = sha256("nobody pushed this");

async function begin(url: string, name: string): Promise<string> {
  const answer = await fetch(`${url}/${name}/blobs/uploads/`, { method: "POST" });
  expect(answer.status).toBe(202);
  return new URL(answer.headers.get("location") ?? "", url).href;
}

describe("blobs", () => {
  it("answers /v2/ to anyone, whatever the credentials", async () => {
    const { url } = await serveRegistry();
    for (const authorization of ["", "Basic QVdTOng=", "Bearer x"]) {
      const answer = await fetch(`${url}/`, { headers: { authorization } });
      expect(answer.status).toBe(200);
      expect(answer.headers.get("docker-distribution-api-version")).toBe("registry/2.0");
    }
  });

  it("leaves other paths to the server that it is mounted on", async () => {
    const { host } = await serveRegistry();
    expect((await fetch(`http://${host}/v1/`)).status).toBe(418);
  });

  it("takes a blob in one request and gives it back", async () => {
    const { url } = await serveRegistry();
    const bytes = randomBytes(300_000);
    const digest = await pushBlob(url, "hello", bytes);
    const head = await fetch(`${url}/hello/blobs/${digest}`, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe("300000");
    expect(head.headers.get("docker-content-digest")).toBe(digest);
    const got = await fetch(`${url}/hello/blobs/${digest}`);
    expect(sha256(Buffer.from(await got.arrayBuffer()))).toBe(digest);
  });

  it.each([
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-2", 206, "89", "bytes 8-9/10"],
    ["bytes=5-99", 206, "56789", "bytes 5-9/10"],
    ["bytes=0-1,4-5", 200, "0123456789", null],
  ])("answers the range %s", async (range, status, text, contentRange) => {
    const { url } = await serveRegistry();
    const digest = await pushBlob(url, "hello", Buffer.from("0123456789"));
    const answer = await fetch(`${url}/hello/blobs/${digest}`, { headers: { range } });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-range")).toBe(contentRange);
    expect(await answer.text()).toBe(text);
  });

  it("refuses a range beyond the end", async () => {
    const { url } = await serveRegistry();
    const digest = await pushBlob(url, "hello", Buffer.from("0123456789"));
    const answer = await fetch(`${url}/hello/blobs/${digest}`, { headers: { range: "bytes=10-" } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("content-range")).toBe("bytes */10");
  });

  it("keeps an empty blob", async () => {
    const { url } = await serveRegistry();
    const digest = await pushBlob(url, "hello", Buffer.alloc(0));
    expect(await (await fetch(`${url}/hello/blobs/${digest}`)).text()).toBe("");
  });

  it("takes a blob in chunks, the last one with the closing request", async () => {
    const { url } = await serveRegistry();
    const location = await begin(url, "hello");
    const first = await fetch(location, {
      method: "PATCH",
      body: "hello ",
      headers: { "content-range": "0-5" },
    });
    expect(first.headers.get("range")).toBe("0-5");
    await fetch(location, { method: "PATCH", body: "big ", headers: { "content-range": "6-9" } });
    const digest = sha256("hello big world");
    const done = await fetch(`${location}?digest=${digest}`, { method: "PUT", body: "world" });
    expect(done.status).toBe(201);
    expect(await (await fetch(`${url}/hello/blobs/${digest}`)).text()).toBe("hello big world");
    expect((await fetch(location)).status).toBe(404);
  });

  it("refuses a chunk out of order and says how far the upload got", async () => {
    const { url } = await serveRegistry();
    const location = await begin(url, "hello");
    await fetch(location, { method: "PATCH", body: "hello ", headers: { "content-range": "0-5" } });
    const answer = await fetch(location, { method: "PATCH", body: "x", headers: { "content-range": "9-9" } });
    expect(answer.status).toBe(416);
    expect(answer.headers.get("range")).toBe("0-5");
    expect(await errorCode(answer)).toBe("BLOB_UPLOAD_INVALID");
  });

  it("refuses content that does not match its digest, and keeps none of it", async () => {
    const { url, root } = await serveRegistry();
    const location = await begin(url, "hello");
    const answer = await fetch(`${location}?digest=${unknown}`, { method: "PUT", body: "other" });
    expect(answer.status).toBe(400);
    expect(await errorCode(answer)).toBe("DIGEST_INVALID");
    expect((await fetch(`${url}/hello/blobs/${unknown}`)).status).toBe(404);
    expect(await readdir(join(root, "registry", "uploads"))).toEqual([]);
  });

  it("goes on with an upload whose connection broke", async () => {
    const { url } = await serveRegistry();
    const location = await begin(url, "hello");
    const broken = request(location, { method: "PATCH", headers: { "content-length": 1000 } });
    broken.on("error", () => undefined);
    broken.write("the first part, ");
    const received = await vi.waitUntil(async () => {
      const range = (await fetch(location)).headers.get("range");
      return range !== "0-0" && range;
    });
    expect(received).toBe("0-15");
    broken.destroy();
    await fetch(location, { method: "PATCH", body: "the rest", headers: { "content-range": "16-23" } });
    const digest = sha256("the first part, the rest");
    expect((await fetch(`${location}?digest=${digest}`, { method: "PUT" })).status).toBe(201);
  });

  it("forgets an upload that its client cancels", async () => {
    const { url, root } = await serveRegistry();
    const location = await begin(url, "hello");
    await fetch(location, { method: "PATCH", body: "hello" });
    expect((await fetch(location, { method: "DELETE" })).status).toBe(204);
    expect(await readdir(join(root, "registry", "uploads"))).toEqual([]);
    expect(await errorCode(await fetch(location))).toBe("BLOB_UPLOAD_UNKNOWN");
  });

  it("takes the same blob from ten clients at once", async () => {
    const { url, root } = await serveRegistry();
    const bytes = randomBytes(500_000);
    const digests = await Promise.all(
      Array.from({ length: 10 }, (_, client) => pushBlob(url, client % 2 ? "hello" : "other", bytes)),
    );
    expect(new Set(digests).size).toBe(1);
    const pooled = join(root, "registry", "blobs", ...sha256(bytes).split(":"));
    // One name in the pool and one in each of the two repositories: the bytes are kept once.
    expect((await stat(pooled)).nlink).toBe(3);
    expect(await readdir(join(root, "registry", "uploads"))).toEqual([]);
  });

  it("has a blob only where it was pushed, and mounts it elsewhere on request", async () => {
    const { url } = await serveRegistry();
    const digest = await pushBlob(url, "hello", Buffer.from("layer"));
    expect((await fetch(`${url}/other/blobs/${digest}`)).status).toBe(404);
    const mount = `${url}/other/blobs/uploads/?mount=${digest}&from=`;
    expect((await fetch(`${mount}nowhere`, { method: "POST" })).status).toBe(202);
    expect((await fetch(`${mount}hello`, { method: "POST" })).status).toBe(201);
    expect(await (await fetch(`${url}/other/blobs/${digest}`)).text()).toBe("layer");
  });

  it("tells registries apart by the host in front of the repository", async () => {
    const { url } = await serveRegistry();
    const digest = await pushBlob(url, "hello", Buffer.from("layer"));
    const own = `${site.account}.dkr.ecr.${site.region}.amazonaws.com`;
    expect((await fetch(`${url}/${own}/hello/blobs/${digest}`)).status).toBe(200);
    const staging = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";
    expect((await fetch(`${url}/${staging}/hello/blobs/${digest}`)).status).toBe(404);
  });

  it.each([
    ["GET", `hello/blobs/${unknown}`, 404, "BLOB_UNKNOWN"],
    ["GET", "hello/blobs/sha256:abc", 400, "DIGEST_INVALID"],
    ["GET", `UPPER/blobs/${unknown}`, 400, "NAME_INVALID"],
    ["GET", `a/../b/blobs/${unknown}`.replaceAll("..", "%2e%2e%2f"), 400, "NAME_INVALID"],
    ["POST", `hello/blobs/${unknown}`, 405, "UNSUPPORTED"],
    ["GET", "hello/blobs/uploads/00000000-0000-0000-0000-000000000000", 404, "BLOB_UPLOAD_UNKNOWN"],
    ["GET", "nothing", 404, "NAME_UNKNOWN"],
  ])("answers %s %s with %i %s", async (method, path, status, code) => {
    const { url } = await serveRegistry();
    const answer = await fetch(`${url}/${path}`, { method });
    expect(answer.status).toBe(status);
    expect(await errorCode(answer)).toBe(code);
  });
});
