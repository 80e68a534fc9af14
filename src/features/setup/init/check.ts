import { rm } from "node:fs/promises";
import { temporaryFolder } from "../../../core/temporary-folder.js";
import { readEnvironment } from "../../../context/environment-stack.js";
import { readInfraStack } from "../infra/stack.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import type { ScaffoldFile } from "./file.js";
import { writeFileIn } from "./write.js";

/** Reads the files as every command will. Raises `config-invalid` where the answers do not go together. */
export async function checkConfigFiles(files: readonly ScaffoldFile[]): Promise<void> {
  const folder = await temporaryFolder("moorage-init-");
  try {
    for (const file of files) await writeFileIn(folder, file);
    for (const { path } of files) {
      const stack = /^Pulumi\.(.+)\.yaml$/.exec(path)?.[1];
      if (stack === undefined) continue;
      if (stackKind(stack) === "environment") await readEnvironment(folder, stack);
      else await readInfraStack(folder, stack);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
