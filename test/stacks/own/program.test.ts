import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { withOwnValues } from "../../../stacks/own/values.js";
import { temporaryFolder } from "../../harness/folder.js";
import { root } from "../../harness/sandbox.js";
import { account, foundation, oneService, run, type Setting } from "../program.js";

function folderWith(program: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "moorage.ts"), program);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function runOwn(program: string, setting: Partial<Setting> = {}) {
  return run({ stack: "dev", config: oneService(), ...setting, folder: folderWith(program) });
}

const queue = `
  import { Queue } from "@pulumi/aws/sqs/queue.js";
  import type { Extension } from "moorage";
  const extension: Extension = (stack) => {
    const jobs = new Queue(\`\${stack.prefix}-jobs\`, { tags: { team: "shop" } });
    return {
      env: { JOBS_URL: jobs.url, KIND: stack.kind, WHERE: \`\${stack.account}/\${stack.region}/\${stack.environment}\` },
      secrets: { KEY: "arn:aws:ssm:us-east-1:${account}:parameter/hello/preview/key" },
      statements: [{ Action: "sqs:SendMessage", Resource: jobs.arn }],
    };
  };
  export default extension;`;

const queueArn = "arn:aws:sqs/queue:Queue:hello-dev-jobs";

it("16.2: an environment's services get what moorage.ts returns, and its resources carry the stack's tags", async () => {
  const { find } = await runOwn(queue);
  expect(find("aws:sqs/queue:Queue")).toMatchObject({
    tags: { team: "shop", "moorage:project": "hello", "moorage:stack": "dev" },
  });
  const { containerDefinitions } = find("aws:ecs/taskDefinition:TaskDefinition");
  const [container] = JSON.parse(String(containerDefinitions)) as {
    environment: { name: string; value: string }[];
    secrets: object[];
  }[];
  expect(container?.environment).toEqual([
    { name: "JOBS_URL", value: "https://queue/hello-dev-jobs" },
    { name: "KIND", value: "environment" },
    { name: "MOORAGE_IMAGE_TAG", value: "sha-0123456789ab" },
    { name: "MOORAGE_STACK", value: "dev" },
    { name: "PORT", value: "8080" },
    { name: "WHERE", value: `${account}/us-east-1/dev` },
  ]);
  expect(container?.secrets).toEqual([
    { name: "KEY", valueFrom: `arn:aws:ssm:us-east-1:${account}:parameter/hello/preview/key` },
  ]);
  const policy = (name: string) =>
    JSON.parse(String(find("aws:iam/rolePolicy:RolePolicy", name)["policy"])) as { Statement: object[] };
  expect(policy("web-own").Statement).toEqual([
    { Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
  ]);
  expect(policy("web-secrets").Statement).toMatchObject([{ Action: "ssm:GetParameters" }]);
});

it("16.2: the example of docs/own-resources.md runs as it stands", async () => {
  const page = readFileSync(join(root, "docs/own-resources.md"), "utf8");
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(page) ?? [];
  const { find } = await runOwn(example);
  expect(find("aws:sqs/queue:Queue")).toMatchObject({ visibilityTimeoutSeconds: 120 });
  expect(find("aws:s3/bucket:Bucket")).toMatchObject({ forceDestroy: false });
  expect(String(find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"])).toContain("JOBS_URL");
});

it("16.2: what the settings say of a variable wins, and one service may get what others do not", async () => {
  const program = `
    export default () => ({
      env: { LOG_LEVEL: "debug", TOKEN: "from moorage.ts" },
      services: { web: { env: { ONLY: "web" } } },
    });`;
  const token = `arn:aws:ssm:us-east-1:${account}:parameter/hello/dev/token`;
  const services = {
    web: { repository: "hello", port: 8080, env: { LOG_LEVEL: "info" }, secrets: { TOKEN: token } },
    api: { repository: "hello", port: 8080, path: "/api/*" },
  };
  const digests = { web: `sha256:${"a".repeat(64)}`, api: `sha256:${"a".repeat(64)}` };
  const config = oneService({ "moorage:services": services, "moorage:digests": digests });
  const { find } = await runOwn(program, { config });
  const variables = (name: string) => {
    const task = find("aws:ecs/taskDefinition:TaskDefinition", `${name}-task`);
    const [container] = JSON.parse(String(task["containerDefinitions"])) as {
      environment: { name: string; value: string }[];
    }[];
    return Object.fromEntries((container?.environment ?? []).map(({ name: key, value }) => [key, value]));
  };
  expect(variables("web")).toMatchObject({ LOG_LEVEL: "info", ONLY: "web" });
  expect(variables("web")).not.toHaveProperty("TOKEN");
  expect(variables("api")).toMatchObject({ LOG_LEVEL: "debug", TOKEN: "from moorage.ts" });
  expect(variables("api")).not.toHaveProperty("ONLY");
});

it("16.2: a name is either a variable or a secret", async () => {
  const program = `export default () => ({
    env: { KEY: "open" },
    services: { web: { secrets: { KEY: "arn:aws:ssm:us-east-1:${account}:parameter/hello/dev/key" } } },
  });`;
  await expect(runOwn(program)).rejects.toThrow(/it returned KEY twice for web/);
});

it("16.2: statements that the environment's boundary cuts are refused, also those whose ARN is not known yet", async () => {
  const bounded = { ...foundation, permissionsBoundary: `arn:aws:iam::${account}:policy/tasks` };
  const config = oneService({ "moorage:foundation": bounded });
  const boundary = {
    Statement: [{ Effect: "Allow", Action: "sqs:Send*", Resource: "arn:aws:sqs:*:*:hello-*" }],
  };
  const returning = (statement: string) =>
    runOwn(
      `import { Queue } from "@pulumi/aws/sqs/queue.js";
      export default (stack) => {
        const jobs = new Queue(\`\${stack.prefix}-jobs\`);
        return { statements: [${statement}] };
      };`,
      { config, boundary },
    );
  await expect(returning('{ Action: "sqs:SendMessage", Resource: "*" }')).rejects.toThrow(
    /moorage\.ts \(services\.web\): sqs:SendMessage on \*: it does not allow that/,
  );
  await expect(returning('{ Action: "sqs:DeleteMessage", Resource: jobs.arn }')).rejects.toThrow(
    /moorage\.ts \(services\.web\): sqs:DeleteMessage: it is not allowed on anything/,
  );
  const { find } = await returning('{ Action: "sqs:SendMessage", Resource: jobs.arn }');
  expect(find("aws:iam/rolePolicy:RolePolicy", "web-own")).toBeDefined();
});

it("16.2: something for a service that there is not is a mistake", async () => {
  const program = "export default () => ({ services: { wep: { env: {} } } });";
  await expect(runOwn(program)).rejects.toThrow("it returned something for wep, which is no service or job");
});

it("16.2: what is declared once an output is known carries the stack's tags too", async () => {
  const program = `
    import { Queue } from "@pulumi/aws/sqs/queue.js";
    export default () => {
      const first = new Queue("first");
      first.arn.apply(() => new Queue("second"));
    };`;
  const { find } = await runOwn(program);
  expect(find("aws:sqs/queue:Queue", "second")["tags"]).toMatchObject({ "moorage:stack": "dev" });
});

const allowed = {
  types: ["aws:sqs/queue:Queue"],
  statements: [{ actions: ["sqs:*"], resources: ["arn:aws:sqs*:hello-pr-*"] }],
  secrets: [`arn:aws:ssm:us-east-1:${account}:parameter/hello/preview/*`],
};

function preview(program: string, changes: object = allowed) {
  const previewRoles = { ...foundation.previewRoles, ...changes };
  const config = oneService({ "moorage:foundation": { ...foundation, previewRoles } });
  return runOwn(program, { stack: "pr-42", config });
}

it("16.2: a preview makes what its foundation allows, and makes no role for it", async () => {
  const { find, declared } = await preview(queue);
  expect(find("aws:sqs/queue:Queue")).toMatchObject({ tags: { "moorage:pr": "42", team: "shop" } });
  expect(String(find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"])).toContain(
    "https://queue/hello-pr-42-jobs",
  );
  expect(declared.filter(({ type }) => type.startsWith("aws:iam/"))).toEqual([]);
});

const refusals: readonly (readonly [what: string, program: string, message: RegExp, changes: object])[] = [
  [
    "a type that is not listed",
    queue,
    /declares aws:sqs\/queue:Queue hello-pr-42-jobs, and previews may make: none/,
    {},
  ],
  [
    "a name that is not the preview's",
    queue.replace("${stack.prefix}-jobs", "jobs"),
    /the logical name of aws:sqs\/queue:Queue jobs is jobs, and names in a preview begin with hello-pr-42-/,
    allowed,
  ],
  [
    "an explicit name that is another preview's",
    queue.replace('{ tags: { team: "shop" } }', '{ name: "hello-pr-421-jobs" }'),
    /the name of .* is hello-pr-421-jobs/,
    allowed,
  ],
  [
    "a statement that the tasks' role does not cover",
    queue.replace("Resource: jobs.arn", 'Resource: "arn:aws:sqs:us-east-1:1:hello-dev-jobs"'),
    /does not cover: sqs:SendMessage on arn:aws:sqs:us-east-1:1:hello-dev-jobs/,
    allowed,
  ],
  [
    "a secret that previews may not read",
    queue.replace("hello/preview/key", "hello/dev/key"),
    /a secret that previews may not read: arn:aws:ssm:us-east-1:[0-9]+:parameter\/hello\/dev\/key/,
    allowed,
  ],
  [
    "an error after a resource was declared",
    queue
      .replace("return {", 'await Promise.resolve(); throw new Error("late"); return {')
      .replace("(stack) =>", "async (stack) =>"),
    /moorage\.ts(:6)?: late/,
    allowed,
  ],
];

it.each(refusals)(
  "16.2: %s is refused in a preview before anything is made",
  async (_what, program, message, changes) => {
    const made: string[] = [];
    await expect(
      run({
        stack: "pr-42",
        config: oneService({
          "moorage:foundation": {
            ...foundation,
            previewRoles: { ...foundation.previewRoles, ...changes },
          },
        }),
        folder: folderWith(program),
        onDeclared: ({ type }) => type !== "pulumi:pulumi:Stack" && made.push(type),
      }),
    ).rejects.toThrow(message);
    expect(made).toEqual([]);
  },
);

it("16.2: of an ARN that AWS tells first no service is given anything before it is judged", async () => {
  const made: unknown[] = [];
  let tell: (arn: string) => void = () => undefined;
  const arn = new Promise<string>((resolve) => (tell = resolve));
  const own = { env: { A: "1" }, secrets: {}, statements: [], judged: [arn], checks: [] };
  const value = withOwnValues(own, (known) => made.push(known)) as unknown as { promise(): Promise<unknown> };
  await new Promise(setImmediate);
  expect(made).toEqual([]);
  tell("arn");
  await value.promise();
  expect(made).toHaveLength(1);
});

it("16.2: a foundation and the repository's settings run no program of the team's", async () => {
  const folder = folderWith("throw new Error('it was loaded');");
  const setting = { stack: "github", config: { "moorage:github": {} }, folder };
  await expect(run(setting)).rejects.not.toThrow("it was loaded");
});
