import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { containerRunner } from "./container-runner.js";
import { container, runTask, temporaryFolder, until } from "./tasks-harness.js";

it("says what to do where an image needs a container engine and there is none", async () => {
  vi.stubEnv("PATH", "/nonexistent");
  onTestFinished(() => void vi.unstubAllEnvs());
  const task = runTask(containerRunner(temporaryFolder()), [container("alpine")]);
  const { failure } = await task.on("stopped");
  expect(failure).toMatchObject({
    code: "TaskFailedToStart",
    reason: expect.stringMatching(/start Docker, or install Podman/),
  });
});

/** Stands in for Docker: it keeps what it is given to load, and writes down what it is told to do. */
const engineScript = `#!/bin/sh
here=$(dirname "$0")
echo "$@" >> "$here/calls"
case "$1" in
  load) cp "$3" "$here/loaded.tar" ;;
  run) exec sleep 60 ;;
esac
`;

it("gives the engine the registry's own files, once for all tasks, and looks for nothing on the network", async () => {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "docker"), engineScript);
  chmodSync(join(bin, "docker"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const [config, layer] = [join(folder, "cc"), join(folder, "aa")];
  writeFileSync(config, "{}");
  writeFileSync(layer, "a layer");
  const runner = containerRunner(folder, { config, layers: [layer, layer] });
  const image = "111111111111.dkr.ecr.us-east-1.amazonaws.com/hello:v1";
  const tasks = [1, 2].map(() => runTask(runner, [container(image, { listens: false })]));
  for (const task of tasks) await task.on("running");

  const name = `moorage.local/image:${"0".repeat(64)}`;
  const calls = (verb: string) =>
    readFileSync(join(bin, "calls"), "utf8")
      .split("\n")
      .filter((call) => call.startsWith(`${verb} `));
  const runs = await until(() => calls("run").length === 2 && calls("run"));
  expect(calls("load")).toHaveLength(1);
  expect(runs).toEqual([1, 2].map(() => expect.stringMatching(`^run --rm --pull never .* ${name}$`)));
  const read = (file: string) =>
    execFileSync("tar", ["-xOf", join(bin, "loaded.tar"), file], { encoding: "utf8" });
  expect(JSON.parse(read("manifest.json"))).toEqual([
    { Config: "cc.json", RepoTags: [name], Layers: ["aa.tar", "aa.tar"] },
  ]);
  expect(read("aa.tar")).toBe("a layer");
  await runner.close();
  expect(readFileSync(join(bin, "calls"), "utf8")).toContain(`rmi ${name}`);
});

it("says in ECS's words that the engine did not take the image", async () => {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(
    join(bin, "docker"),
    `#!/bin/sh\n[ "$1" != load ] || { echo "no space left" >&2; exit 1; }\n`,
  );
  chmodSync(join(bin, "docker"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  writeFileSync(join(folder, "cc"), "{}");
  const task = runTask(containerRunner(folder, { config: join(folder, "cc"), layers: [] }), [
    container("alpine"),
  ]);
  const { failure } = await task.on("stopped");
  expect(failure?.reason).toBe("CannotPullContainerError: docker load: no space left");
});
