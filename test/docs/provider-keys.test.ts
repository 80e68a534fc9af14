import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../harness/sandbox.js";

/** Every `aws:key` that code reads of a configuration; conditions of policies begin with a capital. */
function keysIn(folder: string): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(root, folder, name), "utf8"));
  const own = texts.flatMap((text) => [...text.matchAll(/"aws:([a-z]\w*)"/g)].map(([, key = ""]) => key));
  const read = texts.flatMap((text) =>
    [...text.matchAll(/Config\("aws"\)\.\w+\("(\w+)"\)/g)].map(([, key = ""]) => key),
  );
  return [...new Set([...own, ...read])].sort();
}

/** S3's name of an encryption. */
const noSettings = ["kms"];

it("provider 13: every aws: setting that the code reads is one of the installed provider, but for what it refuses", () => {
  const declarations = readFileSync(join(root, "node_modules/@pulumi/aws/config/vars.d.ts"), "utf8");
  const known = [...declarations.matchAll(/export declare const (\w+):/g)].map(([, key = ""]) => key);
  expect(known).toContain("region");
  const unknown = [...keysIn("src"), ...keysIn("stacks")].filter((key) => !known.includes(key));
  expect(unknown.filter((key) => !noSettings.includes(key))).toEqual(["assumeRole"]);
});
