import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ImageFilePaths } from "../../src/ports.js";
import type { ContainerEngine } from "../../src/tasks/engine.js";

/** An image of its own operating system, made without a network: this machine's Node and the libraries it needs. */
export function nodeImage(folder: string, script: string): ImageFilePaths {
  const root = join(folder, "root");
  mkdirSync(join(root, "bin"), { recursive: true });
  mkdirSync(join(root, "tmp"));
  const node = realpathSync(process.execPath);
  cpSync(node, join(root, "bin", "node"));
  for (const [library] of execFileSync("ldd", [node]).toString().matchAll(/\/\S+/g)) copyInto(root, library);
  writeFileSync(join(root, "main.cjs"), script);
  const layer = join(folder, "layer");
  execFileSync("tar", ["-C", root, "-cf", layer, "."]);
  const hex = createHash("sha256").update(readFileSync(layer)).digest("hex");
  const rootfs = { type: "layers", diff_ids: [`sha256:${hex}`] };
  const config = join(folder, "config");
  writeFileSync(config, JSON.stringify({ architecture: architecture(), os: "linux", config: {}, rootfs }));
  return { config, layers: [layer] };
}

function architecture(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
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
