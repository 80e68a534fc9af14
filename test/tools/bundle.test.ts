import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { packageFolder } from "../../src/core/own-modules.js";
import { runProcess } from "../../src/adapters/engine/process.js";

const root = packageFolder();
const dist = join(root, "dist");
const modules = () => readdirSync(dist).filter((name) => name.endsWith(".js"));

it("is at most 8 MB, source maps apart", () => {
  const files = readdirSync(dist, { withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { name }) => sum + statSync(join(dist, name)).size, 0);
  expect(bytes).toBeLessThan(8_000_000);
  expect(readdirSync(join(dist, "maps"))).toHaveLength(modules().length);
});

/** The modules that one needs before it begins: itself and what its import statements lead to. */
function closure(entry: string): string[] {
  const found = new Set([entry]);
  for (const name of found) {
    const text = readFileSync(join(dist, name), "utf8");
    for (const [, needed = ""] of text.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) found.add(needed);
  }
  return [...found];
}

it("starts with few modules, and the local target without the command line", () => {
  const [driver, daemon] = [closure("main.js"), closure("daemon.js")];
  expect(driver.length).toBeLessThanOrEqual(14);
  const usage = "A running copy of the app for every pull request";
  const withUsage = (names: string[]) =>
    names.filter((name) => readFileSync(join(dist, name), "utf8").includes(usage));
  expect(withUsage(driver)).toHaveLength(1);
  expect(withUsage(daemon)).toEqual([]);
});

it("carries no compiler", () => {
  const carrying = modules().filter((name) =>
    readFileSync(join(dist, name), "utf8").includes("createTypeChecker"),
  );
  expect(carrying).toEqual([]);
});

it("writes the stack traces of Pulumi's promises when they are read, and not for each promise", () => {
  const texts = modules().map((name) => readFileSync(join(dist, name), "utf8"));
  const [debuggable] = texts.flatMap((text) => /"_debugStackTrace",\{[^}]*\}/.exec(text) ?? []);
  expect(debuggable).toMatch(/^"_debugStackTrace",\{get:/);
});

it("needs nothing but Node: every command starts in a copy without packages", async () => {
  const folder = mkdtempSync(join(tmpdir(), "moorage-bundle-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const path of ["bin", "dist", "package.json"])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  const bin = join(folder, "bin", "moorage.js");
  const run = (args: string[]) =>
    runProcess(process.execPath, [bin, ...args], { cwd: folder, env: process.env, graceMs: 0 });
  expect((await run(["--version"])).code).toBe(0);
  // Each module of the bundle loads: nothing in it asks for a package.
  const script = `const failed = [];
    for (const name of ${JSON.stringify(modules().filter((name) => !/^(main|daemon|pulumi-run)\.js$/.test(name)))})
      await import(${JSON.stringify(`file://${join(folder, "dist")}/`)} + name).catch((error) => failed.push(name + ": " + error.message));
    process.stdout.write(JSON.stringify(failed));`;
  const loaded = await runProcess(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
    env: process.env,
    graceMs: 0,
  });
  expect(JSON.parse(loaded.stdout)).toEqual([]);
});
