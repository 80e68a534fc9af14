import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { commandFor, script, TaskAnswers } from "../../../../src/features/deploy/smoke/task-script.js";

const tools = ["sh", "date", "sleep", "base64", "head", "tr", "fold"];
const pathOf = (name: string) =>
  spawnSync("sh", ["-c", `command -v ${name}`])
    .stdout.toString()
    .trim();

/** The script run where a container has these tools alone. */
async function ask(asker: string[], respond: (path: string) => [number, string]): Promise<TaskAnswers> {
  const folder = mkdtempSync(join(tmpdir(), "moorage-image-"));
  const server = createServer(({ url = "", headers }, response) => {
    const [status, body] = respond(url);
    response.writeHead(status, { "x-host": headers.host ?? "", location: "/there" }).end(body);
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  for (const name of tools) symlinkSync(pathOf(name), join(folder, name));
  // What is called Python may be a script that needs more programs.
  const run = (name: string) => `#!/bin/sh\nPATH='${process.env["PATH"] ?? ""}' exec ${pathOf(name)} "$@"\n`;
  for (const name of asker) writeFileSync(join(folder, name), run(name), { mode: 0o755 });
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://dev.localhost:${(server.address() as AddressInfo).port}/a?b=1`;
  const [, ...args] = commandFor(url, 1);
  const child = spawn(join(folder, "sh"), args, {
    env: { PATH: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let written = "";
  child.stdout.on("data", (chunk: Buffer) => (written += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  const answers = new TaskAnswers();
  answers.take(written.split("\n"));
  return answers;
}

const asks = ["curl", "node", "python3"].filter((name) => pathOf(name) !== "");

it.each(asks)(
  "a task asks with %s: status, headers, host, and a body that takes several lines",
  async (asker) => {
    const body = `${"a line\n\n".repeat(1_500)}the end`;
    const { last } = await ask([asker], (path) => [path === "/a?b=1" ? 302 : 404, body]);
    expect(last).toMatchObject({ status: 302, body, error: undefined });
    expect(last?.headers["location"]).toEqual(["/there"]);
    expect(last?.headers["x-host"]?.[0]).toMatch(/^dev\.localhost:\d+$/);
  },
);

it.each(asks)("a task that asks with %s cuts off what is too long", async (asker) => {
  const { last } = await ask([asker], () => [200, "x".repeat(100_000)]);
  expect(last?.status).toBe(200);
  expect(last?.body.length).toBeGreaterThan(20_000);
  expect(last?.body.length).toBeLessThan(24_576);
});

it.each(asks)("a task that asks with %s says why there is no answer", (asker) => {
  const { PATH = "" } = process.env;
  const has = `has() { [ "$1" = ${asker} ] || { case $1 in curl|node|python3) false;; *) true;; esac; }; }`;
  const only = script.replace(/^has\(\) .*$/m, has);
  const { stdout } = spawnSync("sh", ["-c", only, "smoke", "http://127.0.0.1:1/", "1"], { env: { PATH } });
  const answers = new TaskAnswers();
  answers.take(stdout.toString().split("\n"));
  expect(answers.last).toMatchObject({ status: undefined });
  expect(answers.last?.error).toMatch(/connect|refused/i);
});

it("an image with none of them says so", async () => {
  const answers = await ask([], () => [200, ""]);
  expect(answers).toMatchObject({ last: undefined, unable: "the image has none of curl, node and python3" });
});

it("the command fits ECS's bound for overrides", () => {
  expect(JSON.stringify(commandFor("https://dev.example.com/healthz", 180)).length).toBeLessThan(6_000);
});
