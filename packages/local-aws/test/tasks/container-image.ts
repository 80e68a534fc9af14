import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { ContainerEngine } from "../../src/tasks/engine.js";

/** An image of its own operating system, made without a network: this machine's Node and the libraries it needs. */
export function importImage(engine: ContainerEngine, folder: string, script: string): string {
  const root = join(folder, "root");
  mkdirSync(join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "tmp"));
  const node = realpathSync(process.execPath);
  cpSync(node, join(root, "bin", "node"));
  for (const [library] of execFileSync("ldd", [node]).toString().matchAll(/\/\S+/g)) copyInto(root, library);
  writeFileSync(join(root, "main.cjs"), script);
  const image = `localhost/moorage-test:${process.pid}`;
  execFileSync("tar", ["-C", root, "-cf", join(folder, "root.tar"), "."]);
  execFileSync(engine.command, [...engine.globals, "import", join(folder, "root.tar"), image], {
    stdio: "ignore",
  });
  onTestFinished(
    () =>
      void execFileSync(engine.command, [...engine.globals, "rmi", "--force", image], { stdio: "ignore" }),
  );
  return image;
}

function copyInto(root: string, file: string): void {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  cpSync(realpathSync(file), join(root, file));
}

/** Names of containers that exist, running or not. */
export function containerNames(engine: ContainerEngine): string[] {
  const output = execFileSync(engine.command, [...engine.globals, "ps", "--all", "--format", "{{.Names}}"]);
  return output.toString().split("\n");
}
