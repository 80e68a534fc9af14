import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readAppPackage } from "../../src/images/app-package.js";
import { npmEnvironment } from "../../src/images/npm-environment.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const manifest = {
  name: "@acme/app",
  version: "1.2.3",
  config: {
    greeting: "hi",
    port: 8080,
    deep: { list: ["a", { b: 1 }], "with-dash": true },
    off: false,
    none: null,
  },
  engines: { node: ">=20" },
  bin: "./cli.js",
  scripts: { start: "node env.cjs" },
};

it("bug 23: a start script has the variables that npm sets for it", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "env.cjs"), "console.log(JSON.stringify(process.env))");
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));
  const text = execFileSync("npm", ["start", "--silent"], { cwd: folder, encoding: "utf8", env: clean });
  const npm = Object.entries(JSON.parse(text) as Record<string, string>);
  const set = npm.filter(
    ([name]) => /^npm_(package|lifecycle|command)/.test(name) && !name.endsWith("with-dash"),
  );
  const app = await readAppPackage(folder);
  const own = app && npmEnvironment(app, folder).filter((line) => !line.includes("with-dash="));
  expect(own?.sort()).toEqual(set.map(([name, value]) => `${name}=${value}`).sort());
});

it("bug 22: a package.json with a byte order mark is read as npm reads it", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "package.json"), `\ufeff${JSON.stringify(manifest)}`);
  expect(await readAppPackage(folder)).toMatchObject({ name: "@acme/app", start: "node env.cjs" });
});
