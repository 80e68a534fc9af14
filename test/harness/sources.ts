import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the project's own code. */
export interface SourceFile {
  /** From the repository's root, with slashes. */
  path: string;
  text: string;
}

/** Every TypeScript file of the driver, its programs and the local target. */
export function sourceFiles(): SourceFile[] {
  return ["src", "stacks", "packages/local-aws/src"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => ({ path: `${folder}/${name}`, text: readFileSync(join(root, folder, name), "utf8") })),
  );
}
