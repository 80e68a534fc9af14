import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Table from "cli-table3";
import { parse, stringify } from "yaml";
import { getEngine } from "../src/adapters/engine/get.js";
import { plainReporter } from "../src/cli/reporters.js";
import { root, Sandbox } from "../test/harness/sandbox.js";
import type { Command, Pairs } from "./measure.js";
import { median, pairs, ratios, time } from "./measure.js";

/**
 * `preview up` against plain `pulumi up` of the same stack, in pairs: a no-op, and a change of the image. Plain Pulumi
 * does not wait for the rollout; Moorage does, and checks the URL besides. Also: a new preview to its first 200, and
 * `--help` against a bare `node -e 0`.
 */
const runs = Number(process.argv[2] ?? 5);
const sandbox = new Sandbox();
const main = join(root, "dist/main.js");
const engine = await getEngine({
  env: process.env,
  reporter: plainReporter(process.stderr, Date.now()),
  signal: new AbortController().signal,
});

function moorage(...args: string[]): Command {
  return { program: process.execPath, args: [main, ...args], cwd: sandbox.project, env: sandbox.env };
}

/** A copy of the project for the plain CLI, which writes into the yaml files it reads. */
async function plainProject(): Promise<{ up: Command; setTag(tag: string, digest: string): void }> {
  const folder = join(sandbox.folder, "plain");
  for (const part of ["stacks", "src", "package.json", "tsconfig.json", "Pulumi.yaml"]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const file = join(folder, "Pulumi.pr-42.yaml");
  const base = parse(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")) as {
    config: Record<string, unknown>;
  };
  writeFileSync(file, stringify(base));
  const exported = await sandbox.json<Record<string, string>>("local", "env");
  const path = [dirname(engine.path), sandbox.env["PATH"]].join(":");
  const env = { ...sandbox.env, ...exported, PATH: path, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const args = ["up", "--stack", "pr-42", "--yes", "--skip-preview", "--non-interactive"];
  return {
    up: { program: engine.path, args, cwd: folder, env },
    setTag(tag, digest) {
      const config = { ...base.config, "moorage:imageTag": tag, "moorage:digests": { web: digest } };
      writeFileSync(file, stringify({ ...base, config }));
    },
  };
}

async function measureAll(): Promise<[string, string, Pairs][]> {
  const digests = new Map<string, string>();
  for (const tag of ["v1", "v2"]) {
    const example = join(root, "examples/hello");
    const args = ["local", "image", example, "--repository", "hello", "--tag", tag];
    digests.set(tag, (await sandbox.json<{ digest: string }>(...args)).digest);
  }
  const up = (pr: number, tag: string) => time(moorage("preview", "up", "--pr", String(pr), "--tag", tag));
  const tagOf = (run: number) => (run % 2 === 0 ? "v1" : "v2");
  await up(42, "v1");
  const plain = await plainProject();
  const bare = { ...moorage(), args: ["-e", "0"] };
  return [
    [
      "no-op up",
      "pulumi up",
      await pairs(
        () => up(42, "v1"),
        () => time(plain.up),
        runs,
      ),
    ],
    [
      "one change, rolled out and answering",
      "pulumi up (does not wait)",
      await pairs(
        (run) => up(42, tagOf(run + 1)),
        (run) => {
          plain.setTag(tagOf(run), digests.get(tagOf(run)) ?? "");
          return time(plain.up);
        },
        runs,
      ),
    ],
    [
      "new preview to its first 200",
      "bound: 4 s",
      await pairs(
        (run) => up(100 + run, "v1"),
        async () => 4_000,
        runs,
      ),
    ],
    [
      "--help",
      "node -e 0",
      await pairs(
        () => time(moorage("--help")),
        () => time(bare),
        runs,
      ),
    ],
  ];
}

try {
  const table = new Table({
    head: ["what", "ms", "peer", "peer ms", "ratio", "min", "max"],
    style: { head: [] },
  });
  for (const [what, peer, measured] of await measureAll()) {
    const each = ratios(measured);
    const [ours, theirs] = [median(measured.ours), median(measured.peer)].map((ms) => ms.toFixed(0));
    table.push([
      what,
      ours,
      peer,
      theirs,
      ...[median(each), Math.min(...each), Math.max(...each)].map((r) => r.toFixed(2)),
    ]);
  }
  process.stdout.write(`medians of ${runs} pairs\n${table.toString()}\n`);
} finally {
  await sandbox.close();
}
