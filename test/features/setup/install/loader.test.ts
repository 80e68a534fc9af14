import { spawn, type SpawnOptions } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { packArchive } from "../../../../src/features/setup/install/archive.js";
import { type Bundle, readBundle } from "../../../../src/features/setup/install/bundle.js";
import { installationFiles } from "../../../../src/features/setup/init/installation.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { type Run, finished, root } from "../../../harness/sandbox.js";

/** Tells what it was started with, and from where. */
const program = `
import { readdirSync } from "node:fs";
process.on("SIGTERM", () => process.exit(17));
const say = { args: process.argv.slice(2), files: readdirSync(import.meta.dirname + "/..", { recursive: true }).length };
if (process.argv.includes("wait")) { setInterval(() => {}, 1_000); process.stdout.write("ready\\n"); }
else {
  let input = "";
  for await (const chunk of process.stdin) input += chunk;
  process.stdout.write(JSON.stringify({ ...say, input, from: import.meta.filename }));
  process.stderr.write("to stderr");
  process.exitCode = Number(process.argv[2] ?? 0);
}
`;

let bundle: Bundle;

beforeAll(async () => {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text), isExecutable: false });
  const files = [
    file("bin/moorage.js", program),
    file("bin/vendored.mjs", readFileSync(join(root, "bin/vendored.mjs"), "utf8")),
    ...Array.from({ length: 40 }, (_, index) => file(`dist/${index}.js`, "x".repeat(index * 100))),
    file("package.json", JSON.stringify({ name: "moorage", version: "9.9.9", type: "module" })),
  ];
  bundle = await readBundle(await packArchive(files), "test");
});

/** A repository with the vendored bundle, and what runs it. */
function vendored() {
  const folder = temporaryFolder();
  for (const { path, content } of installationFiles({ way: "vendor", bundle })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  const cache = join(folder, "cache");
  const env = { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: cache, TMPDIR: join(folder, "tmp") };
  mkdirSync(env.TMPDIR, { mode: 0o700 });
  const start = (args: string[], options: SpawnOptions = {}) =>
    spawn(process.execPath, [join(folder, ".github/moorage/moorage.mjs"), ...args], {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
  return {
    folder,
    archive: join(folder, ".github/moorage/moorage-9.9.9.tgz"),
    unpacked: join(cache, "moorage", bundle.sha256),
    temporary: env.TMPDIR,
    start,
    run: (...args: string[]) => finished(start(args)),
  };
}

const fromIn = (run: Run) => run.json<{ from: string }>().from;

it("runs the program with its arguments, streams and exit code, also from a folder below the repository's top", async () => {
  const { folder, start, unpacked } = vendored();
  mkdirSync(join(folder, "apps/shop"), { recursive: true });
  const child = start(["3", "--json", "a b"], { cwd: join(folder, "apps/shop"), stdio: "pipe" });
  child.stdin?.end("from stdin");
  const run = await finished(child);
  expect(run).toMatchObject({ code: 3, stderr: "to stderr" });
  expect(run.json()).toMatchObject({ args: ["3", "--json", "a b"], input: "from stdin" });
  expect(fromIn(run)).toBe(join(unpacked, "bin/moorage.js"));
  expect(statSync(unpacked).mode & 0o777).toBe(0o700);
});

it("F6: a signal reaches the program, which is the same process", async () => {
  const { start } = vendored();
  const child = start(["wait"]);
  child.stdout?.once("data", () => child.kill("SIGTERM"));
  expect((await finished(child)).code).toBe(17);
});

it("an archive with another hash is not run: exit 2, and what is wrong", async () => {
  const { run, archive, unpacked } = vendored();
  writeFileSync(archive, Buffer.concat([readFileSync(archive), Buffer.from("x")]));
  const refused = await run("0", "--json");
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/);
  expect(refused.json()).toMatchObject({ error: { code: "bundle-broken" } });
  expect(existsSync(unpacked)).toBe(false);
  rmSync(archive);
  expect((await run()).code).toBe(2);
});

it("several at once unpack one folder, and leave nothing else", async () => {
  const { run, unpacked } = vendored();
  const runs = await Promise.all(Array.from({ length: 4 }, () => run()));
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect(readdirSync(dirname(unpacked))).toEqual([bundle.sha256]);
});

it("an interrupted unpacking, and a folder that a cleaner has thinned out, are made whole", async () => {
  const { run, unpacked } = vendored();
  const left = `${unpacked}.new-abc123`;
  mkdirSync(left, { recursive: true, mode: 0o700 });
  utimesSync(left, 0, 0);
  mkdirSync(join(unpacked, "bin"), { recursive: true, mode: 0o700 });
  writeFileSync(join(unpacked, "bin/moorage.js"), "process.exit(66)");
  chmodSync(dirname(unpacked), 0o700);
  expect((await run()).code).toBe(0);
  expect(readdirSync(dirname(unpacked))).toEqual([bundle.sha256]);
});

it.each([
  ["that everybody may write", (cache: string) => chmodSync(cache, 0o777)],
  [
    "that is a link into another one's",
    (cache: string) => {
      rmSync(cache, { recursive: true });
      mkdirSync(`${cache}-other`, { mode: 0o777 });
      chmodSync(`${cache}-other`, 0o777);
      symlinkSync(`${cache}-other`, cache);
    },
  ],
  [
    "below which none can be made",
    (cache: string) => (rmSync(cache, { recursive: true }), writeFileSync(cache, "")),
  ],
])("a cache %s is not used", async (_, spoil) => {
  const { run, folder, unpacked, temporary } = vendored();
  const cache = join(folder, "cache");
  mkdirSync(dirname(unpacked), { recursive: true });
  spoil(cache);
  const ran = await run();
  expect(ran.code).toBe(0);
  expect(fromIn(ran).startsWith(temporary)).toBe(true);
  expect(existsSync(unpacked)).toBe(false);
});

it("a folder of the archive's name that others may write is refused, and where there is no safe one", async () => {
  const { run, folder, unpacked, temporary } = vendored();
  expect((await run()).code).toBe(0);
  chmodSync(unpacked, 0o777);
  const refused = await run();
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  expect(refused.stderr).toContain(`Another user may write ${unpacked}`);
  chmodSync(join(folder, "cache"), 0o777);
  chmodSync(temporary, 0o777);
  expect((await run()).stderr).toContain("Set XDG_CACHE_HOME");
});
