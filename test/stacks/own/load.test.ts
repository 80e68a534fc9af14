import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { MoorageError } from "../../../src/core/errors.js";
import { callExtension } from "../../../stacks/own/evaluate.js";
import { loadOwn } from "../../../stacks/own/load.js";
import type { Stack } from "../../../types/index.js";
import { temporaryFolder } from "../../harness/folder.js";

const stack = { name: "dev" } as Stack;

function project(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function returned(files: Record<string, string>, timeoutMs?: number): Promise<unknown> {
  const folder = project(files);
  const extension = await loadOwn(folder);
  if (extension === undefined) throw new Error("nothing was loaded");
  return callExtension(extension, stack, { folder, ...(timeoutMs !== undefined && { timeoutMs }) });
}

async function problem(files: Record<string, string>, timeoutMs?: number): Promise<MoorageError> {
  const error: unknown = await returned(files, timeoutMs).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MoorageError)) throw error ?? new Error("it was taken");
  expect(error).toMatchObject({ code: "own-program", exitCode: 2 });
  return error;
}

describe("loading moorage.ts", () => {
  it("16.2: a project without one has none", async () => {
    expect(await loadOwn(project({}))).toBeUndefined();
  });

  it("16.2: TypeScript runs as it is: types, enums, files of its own, its packages, and this run's SDK", async () => {
    const env = await returned({
      "moorage.ts": `
        import * as pulumi from "@pulumi/pulumi";
        import { all } from "@pulumi/pulumi";
        import type { Extension } from "moorage";
        import { size } from "./infra/size.js";
        import { greet } from "greeting";
        enum Colour { Red = "red" }
        const extension: Extension = async (stack) => {
          const { log } = await import("@pulumi/pulumi");
          return { env: {
            COLOUR: Colour.Red, SIZE: \`\${size satisfies number}\`, STACK: stack?.name ?? "none", HELLO: greet("you"),
            SAME: String((globalThis as any).sdk === pulumi.Output && all === pulumi.all && log === pulumi.log),
            IN_PACKAGE: String(greet.Output === pulumi.Output),
          } };
        };
        export default extension;`,
      "infra/size.ts": "export const size: number = 3;",
      "node_modules/greeting/package.json": '{ "name": "greeting", "main": "index.js" }',
      "node_modules/greeting/index.js":
        'exports.greet = (who) => `hello ${who}`; exports.greet.Output = require("@pulumi/pulumi").Output;',
      "node_modules/@pulumi/pulumi/package.json": '{ "name": "@pulumi/pulumi", "main": "index.js" }',
      "node_modules/@pulumi/pulumi/index.js": "exports.Output = class {};",
      "package.json": '{ "type": "module" }',
    });
    expect(env).toEqual({
      env: {
        COLOUR: "red",
        SIZE: "3",
        STACK: "dev",
        HELLO: "hello you",
        SAME: "true",
        IN_PACKAGE: "true",
      },
    });
  });

  it("16.2: files of another folder and of a linked package of the repository are compiled too", async () => {
    const folder = project({
      "app/moorage.ts": `
        import { size } from "../infra/size.js";
        import { name } from "names";
        export default () => ({ env: { SIZE: size, NAME: name } });`,
      "infra/size.ts": "enum Size { Small = 'small' }\nexport const size: string = Size.Small;",
      "packages/names/package.json": '{ "name": "names", "main": "index.ts" }',
      "packages/names/index.ts": "export const name: string = 'cleat' as const;",
    });
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(folder, "packages/names"), join(folder, "node_modules/names"));
    const app = join(folder, "app");
    const extension = await loadOwn(app);
    if (extension === undefined) throw new Error("nothing was loaded");
    expect(await callExtension(extension, stack, { folder: app })).toEqual({
      env: { SIZE: "small", NAME: "cleat" },
    });
  });

  it.each(['"in words"', "null", "undefined"])("16.2: a file that throws %s is told", async (thrown) => {
    const { message } = await problem({ "moorage.ts": `throw ${thrown};` });
    expect(message).toBe(
      `moorage.ts: as it was loaded it threw what is no Error: ${thrown.replaceAll('"', "")}`,
    );
  });

  it("16.2: a file that changed since is read anew", async () => {
    const folder = project({ "moorage.ts": 'export default () => ({ env: { A: "1" } });' });
    const once = await loadOwn(folder);
    writeFileSync(join(folder, "moorage.ts"), 'export default () => ({ env: { A: "2" } });');
    const twice = await loadOwn(folder);
    expect([once, twice].map((one) => one?.(stack))).toEqual([{ env: { A: "1" } }, { env: { A: "2" } }]);
  });

  it("16.2: a second copy of @pulumi/pulumi is refused, and the message says what to import", async () => {
    const error = await problem({
      "moorage.ts": 'import { x } from "other";\nexport default () => ({ env: { A: x } });',
      "node_modules/other/package.json": '{ "name": "other", "main": "index.js" }',
      "node_modules/other/index.js": 'exports.x = require("@pulumi/pulumi/output");',
      "node_modules/@pulumi/pulumi/package.json": '{ "name": "@pulumi/pulumi", "main": "index.js" }',
      "node_modules/@pulumi/pulumi/output.js": "exports.Output = class {};",
    });
    expect(error.message).toMatch(/^moorage\.ts:1: @pulumi\/pulumi\/output would load a second copy/);
    expect(error.hint).toContain("Import it from `@pulumi/pulumi` itself");
  });

  it("16.2: so is one that a package of ECMAScript modules brings", async () => {
    const error = await problem({
      "moorage.ts": 'import { x } from "other";\nexport default () => ({ env: { A: String(x) } });',
      "node_modules/other/package.json": '{ "name": "other", "type": "module", "exports": "./index.js" }',
      "node_modules/other/index.js": 'import pulumi from "@pulumi/pulumi"; export const x = pulumi.x;',
      "node_modules/@pulumi/pulumi/package.json": '{ "name": "@pulumi/pulumi", "main": "index.js" }',
      "node_modules/@pulumi/pulumi/index.js": 'exports.x = require("./output").x;',
      "node_modules/@pulumi/pulumi/output.js": "exports.x = 1;",
    });
    expect(error.message).toContain("would load a second copy of @pulumi/pulumi");
  });
});

const mistakes: readonly (readonly [what: string, text: string, message: RegExp, hint: RegExp])[] = [
  [
    "a package that is not installed",
    'const a = 1;\nimport * as aws from "@acme/none/sqs";\nexport default () => ({ env: { A: aws.x } });',
    /^moorage\.ts:2: @acme\/none\/sqs is not there/,
    /npm install @acme\/none`/,
  ],
  [
    "a file that is not there",
    'import { a } from "./none.js";\nexport default () => ({ env: { A: a } });',
    /^moorage\.ts:1: \.\/none\.js is not there/,
    /Correct the path/,
  ],
  ["a mistake of syntax", "\n\nexport default (stack => {;", /^moorage\.ts:3: /, /Correct the line/],
  [
    "await outside of functions",
    "\nconst a = await Promise.resolve(1);\nexport default () => ({});",
    /^moorage\.ts:2: /,
    /make the exported function async/,
  ],
  [
    "what fails as it is loaded",
    '\nthrow new Error("no key");',
    /^moorage\.ts:2: it failed as it was loaded: no key/,
    /Fix what/,
  ],
  [
    "no default export",
    "export const a = 1;",
    /^moorage\.ts: its default export is missing/,
    /export default/,
  ],
  [
    "a function that throws",
    'export default () => {\n  const fail = () => { throw new Error("no such zone"); };\n  fail();\n};',
    /^moorage\.ts:2: no such zone/,
    /Fix what/,
  ],
  [
    "what is not known",
    "export default () => ({ environment: {} });",
    /`environment`, which is not known/,
    /lists/,
  ],
  [
    "a value that is no text",
    "export default () => ({ env: { A: 1 } });",
    /`env\.A` must be a text/,
    /lists/,
  ],
  [
    "a variable of Moorage's",
    'export default () => ({ env: { PORT: "1" } });',
    /`env\.PORT` is Moorage's/,
    /lists/,
  ],
  [
    "a statement that denies",
    'export default () => ({ statements: [{ Effect: "Deny", Action: "s3:*", Resource: "*" }] });',
    /`statements\[0\]\.Effect` is not known/,
    /lists/,
  ],
  ["an output", 'export default () => "text";', /returned no plain object/, /lists/],
];

it.each(mistakes)("16.2: %s is an error that says where", async (_what, text, message, hint) => {
  const error = await problem({ "moorage.ts": text });
  expect(error.message).toMatch(message);
  expect(error.hint).toMatch(hint);
});

it("16.2: a function that never returns ends the run after its bound", async () => {
  const error = await problem({ "moorage.ts": "export default () => new Promise(() => {});" }, 20);
  expect(error.message).toBe("moorage.ts: its function has not returned within 0.02 s.");
});

(globalThis as { sdk?: unknown }).sdk = pulumi.Output;
