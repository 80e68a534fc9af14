import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryFolder } from "../harness/folder.js";
import { root } from "../harness/sandbox.js";

/** A job's folders, and in the workspace a checkout of Moorage under a name, with these files besides its `bin`. */
function jobWith(name: string, files: Record<string, string>) {
  const folder = temporaryFolder();
  const workspace = join(folder, "work");
  const temp = join(folder, "temp");
  const checkout = join(workspace, name);
  for (const one of [checkout, temp]) mkdirSync(one, { recursive: true });
  cpSync(join(root, "bin"), join(checkout, "bin"), { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(checkout, file, ".."), { recursive: true });
    writeFileSync(join(checkout, file), content);
  }
  const path = join(folder, "path");
  const env = { ...process.env, GITHUB_WORKSPACE: workspace, GITHUB_PATH: path, RUNNER_TEMP: temp };
  const install = () =>
    spawnSync("bash", [join(name, "bin/install.sh")], {
      cwd: workspace,
      env,
      encoding: "utf8",
      timeout: 60_000,
    });
  return { checkout, temp, install, added: () => readFileSync(path, "utf8").trim() };
}

const bundle = { "package.json": '{"type":"module"}', "dist/main.js": "console.log(process.argv[2]);" };

it("issue 14: a release's commit is run as it is, from outside the app's checkout", () => {
  const { checkout, temp, install, added } = jobWith(".moorage-program", bundle);
  const { status, stderr } = install();
  expect(status, stderr).toBe(0);
  expect(existsSync(checkout)).toBe(false);
  expect(added()).toBe(join(temp, "moorage/bin"));
  expect(execFileSync(join(added(), "moorage"), ["hello"], { encoding: "utf8" })).toBe("hello\n");
});

it("issue 14.7: an action stays where the runner has put it", () => {
  const { checkout, install, added } = jobWith("action", bundle);
  expect(install().status).toBe(0);
  expect(added()).toBe(join(checkout, "bin"));
});

it("issue 14.7: a commit with neither bundle nor sources is refused, and it says which one to use", () => {
  const { install } = jobWith(".moorage-program", { "package.json": "{}" });
  const { status, stdout } = install();
  expect(status).toBe(2);
  expect(stdout).toMatch(/^::error::.*use a release's commit/);
});
