import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { root } from "../harness/sandbox.js";

const example = (body: string) => `
import { Queue } from "@pulumi/aws/sqs/index.js";
import type { Extension } from "moorage";

const extension: Extension = (stack) => {
  const jobs = new Queue(\`\${stack.name}-jobs\`, { tags: { ...stack.tags } });
  ${body}
};
export default extension;
`;

/** What the compiler says of each `moorage.ts`, which finds Moorage's types and Pulumi's as an installed package's. */
function mistakesIn(texts: readonly string[]): string[] {
  const files = new Map(texts.map((text, at) => [join(root, `moorage-${at}.ts`), text]));
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, noUncheckedIndexedAccess: true, types: [], skipDefaultLibCheck: true },
    ...{ target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.NodeNext },
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.fileExists = (name) => files.has(name) || onDisk.fileExists(name);
  host.readFile = (name) => files.get(name) ?? onDisk.readFile(name);
  const program = ts.createProgram([...files.keys()], options, host);
  const mistakes = (name: string) => {
    const source = program.getSourceFile(name);
    if (source === undefined) return `${name} is not read`;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))
      .join("\n");
  };
  expect(mistakes(join(root, "types/index.d.ts"))).toBe("");
  return [...files.keys()].map(mistakes);
}

const fitting = `return {
  env: { JOBS_URL: jobs.url, HOST: stack.host, IMAGE: stack.imageTag ?? "none" },
  secrets: { KEY: "arn:aws:ssm:us-east-1:111111111111:parameter/key" },
  statements: [{ Action: ["sqs:SendMessage"], Resource: [jobs.arn], Condition: { StringEquals: { a: ["b"] } } }],
  services: { worker: { env: { CLUSTER: stack.foundation.clusterArn } } },
};`;

const refused: readonly (readonly [body: string, message: RegExp])[] = [
  ["return { env: { JOBS: jobs } };", /'Queue' is not assignable to type 'Input<string>'/],
  ["return { env: { IMAGE: stack.imageTag } };", /'undefined' is not assignable/],
  ["return { env: { NO: stack.no } };", /'no' does not exist on type 'Stack'/],
  ["return { environment: {} };", /is not assignable to type 'Ext/],
];

it(
  "the types for moorage.ts take what it may return, strictly, and refuse the rest",
  { timeout: 120_000 },
  () => {
    const [none, ...mistakes] = mistakesIn([fitting, ...refused.map(([body]) => body)].map(example));
    expect(none).toBe("");
    for (const [at, [, message]] of refused.entries()) expect(mistakes[at]).toMatch(message);
  },
);
