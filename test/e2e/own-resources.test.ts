import { once } from "node:events";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { killWithEngine } from "../harness/kill.js";
import type { DestroyJson, UpJson } from "../harness/preview.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;

const program = `
import * as aws from "@pulumi/aws";
import type { Extension } from "moorage";
const extension: Extension = (stack) => { console.log("not of the result");
  const jobs = new aws.sqs.Queue(\`\${stack.prefix}-jobs\`);
  const news = new aws.sns.Topic(\`\${stack.prefix}-news\`);
  const rows = new aws.dynamodb.Table(\`\${stack.prefix}-rows\`, {
    hashKey: "id", billingMode: "PAY_PER_REQUEST", attributes: [{ name: "id", type: "S" }],
  });
  return {
    env: { JOBS_URL: jobs.url, NEWS: news.arn, ROWS: rows.name },
    statements: [{ Action: ["sqs:SendMessage"], Resource: [jobs.arn] }],
  };
};
export default extension;
`;

type Up = UpJson & { verdict: string };

interface Local {
  resources: { type: string; stack?: string }[];
}

let sandbox: Sandbox;
let project: string;
const upArgs = () => ["--cwd", project, "preview", "up", "--pr", "7", "--tag", "v1"];

beforeAll(async () => {
  sandbox = new Sandbox();
  project = join(sandbox.folder, "shop");
  cpSync(join(root, "Pulumi.yaml"), join(project, "Pulumi.yaml"), {
    recursive: true,
  });
  cpSync(join(root, "Pulumi.dev.yaml"), join(project, "Pulumi.dev.yaml"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(project, "moorage.ts"), program);
  await sandbox.json("local", "image", join(root, "examples/hello"), "--repository", "hello", "--tag", "v1");
}, timeout);
afterAll(() => sandbox.close(), timeout);

const recorded = async () =>
  (await sandbox.json<Local>("local", "status")).resources
    .map(({ type, stack }) => `${stack ?? ""} ${type}`)
    .sort();

const three = ["aws:dynamodb/table:Table", "aws:sns/topic:Topic", "aws:sqs/queue:Queue"].map(
  (type) => `pr-7 ${type}`,
);

it(
  "16.2: a preview's own resources come up, survive a kill at any moment, see no change, and go with it",
  { timeout },
  async () => {
    const startedAt = performance.now();
    const first = await sandbox.json<Up>(...upArgs());
    const wholeMs = performance.now() - startedAt;
    expect(first.verdict).toBe("succeeded");
    expect(await recorded()).toEqual(three);
    const again = await sandbox.json<Up>(...upArgs());
    expect(again.changes).toEqual({
      same: (first.changes["create"] ?? 0) + (first.changes["same"] ?? 0),
    });
    const destroyed = await sandbox.moorage(["--cwd", project, "preview", "destroy", "--pr", "7"]);
    expect(destroyed.stderr).toMatch(
      /not looked for again: Queue https:.*hello-pr-7-jobs-\w+, Table hello-pr-7-rows-\w+, Topic arn:/,
    );
    expect(await recorded()).toEqual([]);
    const child = sandbox.start(upArgs());
    const ended = once(child, "close");
    await Promise.race([delay(wholeMs * 0.6), ended]);
    if (child.exitCode === null && child.pid !== undefined) killWithEngine(child.pid);
    await ended;
    expect((await sandbox.json<Up>(...upArgs())).verdict).toBe("succeeded");
    expect(await recorded()).toEqual(three);
    await sandbox.json<DestroyJson>("--cwd", project, "preview", "destroy", "--pr", "7");
    expect(await recorded()).toEqual([]);
  },
);

it("16.2: what the program throws is told with its line, and nothing is made", { timeout }, async () => {
  writeFileSync(
    join(project, "moorage.ts"),
    program.replace("return {", 'if (stack.kind === "preview") throw new Error("no key");\n  return {'),
  );
  const { code, stderr } = await sandbox.moorage(upArgs());
  expect(code).toBe(2);
  expect(stderr).toMatch(/moorage\.ts:10: no key \[own-program\]/);
  expect(await recorded()).toEqual([]);
});
