import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findEngine } from "../../src/adapters/engine/find.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
let sandbox: Sandbox;
let log: string;
let engine: string;

/** A stand-in for the CLI that writes down each call, then becomes the real one. */
beforeAll(async () => {
  sandbox = new Sandbox();
  log = join(sandbox.folder, "calls");
  engine = join(sandbox.folder, "pulumi");
  const real = await findEngine({ env: process.env });
  writeFileSync(engine, `#!/bin/sh\necho "$*" >> "${log}"\nexec "${real?.path ?? ""}" "$@"\n`);
  chmodSync(engine, 0o755);
  await sandbox.json("local", "image", join(root, "examples/hello"), "--repository", "hello", "--tag", "v1");
}, timeout);
afterAll(() => sandbox.close(), timeout);

async function calls(...args: string[]): Promise<string[]> {
  writeFileSync(log, "");
  const run = await sandbox.moorage(args, { MOORAGE_ENGINE: engine });
  expect({ args, code: run.code, stderr: run.stderr }).toMatchObject({ code: 0 });
  const lines = readFileSync(log, "utf8").trim().split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("version"));
}

it("a deployment costs at most two Pulumi processes, a no-op one", { timeout }, async () => {
  const up = ["preview", "up", "--pr", "3", "--tag", "v1"];
  expect(await calls(...up)).toHaveLength(2);
  expect(await calls(...up)).toHaveLength(1);
  expect(await calls("preview", "list")).toEqual([]);
  expect(await calls("preview", "url", "--pr", "3")).toEqual([]);
  expect(await calls("preview", "destroy", "--pr", "3")).toHaveLength(1);
});
