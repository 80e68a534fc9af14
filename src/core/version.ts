import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFolder } from "./own-modules.js";

let known: string | undefined;

/** This copy's own version, as its package.json has it. */
export function moorageVersion(): string {
  return (known ??= (
    JSON.parse(readFileSync(join(packageFolder(), "package.json"), "utf8")) as { version: string }
  ).version);
}
