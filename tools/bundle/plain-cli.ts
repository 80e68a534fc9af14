import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Writes the folder that the plain `pulumi` CLI runs: `main: node_modules/moorage/dist/prog/index.js` in Pulumi.yaml. The language
 * host looks for `@pulumi/pulumi/cmd/run` from the program's folder upwards, and finds the bundle's own: one copy of the SDK,
 * and none in the app's repository (pulumi: sdk/nodejs/cmd/pulumi-language-nodejs/main.go, `locateModule`).
 */
export function writePlainCli(folder: string): void {
  const sdk = createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json");
  const { version } = JSON.parse(readFileSync(sdk, "utf8")) as { version: string };
  const package_ = { name: "@pulumi/pulumi", version, main: "cmd/run/index.js" };
  const files = {
    "index.js": 'export { default } from "../program.js";\n',
    "package.json": '{ "type": "module" }\n',
    "node_modules/@pulumi/pulumi/package.json": `${JSON.stringify(package_)}\n`,
    "node_modules/@pulumi/pulumi/cmd/run/index.js": run,
  };
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** CommonJS, as the language host wants it. The bundle is JavaScript: TypeScript is not looked for, whatever the host was told. */
const run = `"use strict";
process.env.PULUMI_NODEJS_TYPESCRIPT = "false";
import("../../../../../../pulumi-run.js");
`;
