import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import type { UpJson } from "../harness/preview.js";
import { root, Sandbox } from "../harness/sandbox.js";

type Tree = Record<string, unknown>;

const timeout = 120_000;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  await sandbox.json("local", "image", join(root, "examples/hello"), "--repository", "hello", "--tag", "v1");
}, timeout);
afterAll(() => sandbox.close(), timeout);

/** A copy of the project: the plain CLI writes into the yaml files that it reads. */
function copyOfProject(): string {
  const folder = join(sandbox.folder, "plain");
  const parts = ["stacks", "src", "package.json", "tsconfig.json", "Pulumi.yaml", "Pulumi.dev.yaml"];
  for (const part of parts) cpSync(join(root, part), join(folder, part), { recursive: true });
  cpSync(join(root, "Pulumi.dev.yaml"), join(folder, "Pulumi.pr-42.yaml"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

describe("the plain Pulumi CLI with the exports of `local env`", () => {
  it(
    "plans the driver's program, and sees no change after the driver's deployment",
    { timeout },
    async () => {
      const up = await sandbox.json<UpJson>("preview", "up", "--pr", "42", "--tag", "v1");
      const exports = await sandbox.json<Record<string, string>>("local", "env");
      const cwd = copyOfProject();
      // The host that a build from modules brings does not see Pulumi.yaml's `typescript: false`, and would check all types.
      const asWritten = { PULUMI_NODEJS_TRANSPILE_ONLY: "true", PULUMI_SKIP_UPDATE_CHECK: "true" };
      const env = { ...sandbox.env, ...exports, ...asWritten };
      const preview = async (stack: string) => {
        const args = ["preview", "--stack", stack, "--json", "--non-interactive"];
        const { stdout } = await promisify(execFile)("pulumi", args, { cwd, env, maxBuffer: 1 << 26 });
        return JSON.parse(stdout) as { changeSummary: Record<string, number> };
      };
      const same = Object.values(up.changes).reduce((sum, count) => sum + count, 0);
      expect((await preview("pr-42")).changeSummary).toEqual({ same });
      // 16.1: the program reads the base itself, and nulls too.
      const base = new URL(`file://${join(cwd, "Pulumi.yaml")}`);
      const [project, extending] = [base, new URL(`file://${join(cwd, "Pulumi.pr-42.yaml")}`)].map(
        (name) => parse(readFileSync(name, "utf8")) as { config: Record<string, Tree> },
      );
      const { web = {} } = (extending?.config["moorage:services"] ?? {}) as { web?: Tree };
      const idle = { image: "busybox", cpu: 512, memory: 1024 };
      writeFileSync(
        base,
        stringify({
          ...project,
          config: {
            ...project?.config,
            "moorage:services": { value: { web: { ...web, cpu: 512, memory: 1024 }, idle } },
          },
        }),
      );
      const { "moorage:services": _whole, ...others } = extending?.config ?? {};
      const services = { web: { cpu: 256, memory: 512 }, idle: null };
      const own = { ...others, "moorage:extends": true, "moorage:services": services };
      writeFileSync(join(cwd, "Pulumi.pr-42.yaml"), stringify({ ...extending, config: own }));
      expect((await preview("pr-42")).changeSummary).toEqual({ same });
      // bug 4: what the driver refuses, the program refuses too.
      const file = join(cwd, "Pulumi.pr-42.yaml");
      writeFileSync(file, readFileSync(file, "utf8").replace(/^config:$/m, "config:\n  other:version: 1.10"));
      await expect(preview("pr-42")).rejects.toMatchObject({
        stdout: expect.stringContaining("other:version: is read as a number") as string,
      });
    },
  );
});
