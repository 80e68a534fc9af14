import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { readEnvironment } from "../../../../src/context/environment-stack.js";
import { hasOwnUser, readDockerfile } from "../../../../src/features/setup/init/dockerfile.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { settingsOf } from "../../../fakes/github/settings.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { jsonOf, problemOf } from "../../../harness/command.js";

const registry = (account: string) => `${account.repeat(12)}.dkr.ecr.us-east-1.amazonaws.com`;
const common = ["--yes", "--unreviewed", "staging", "--repository", "acme/shop", "--domain", "example.com"];
const answers = [...common, "--registry", registry("1")];

interface StackText {
  secretsprovider?: string;
  config: Record<string, unknown>;
}

/** A repository with files, and `init` in one of its folders. */
function repository(files: Record<string, string> = {}, place = ".") {
  const top = temporaryFolder();
  execFileSync("git", ["init", "--quiet", "--initial-branch", "main", top]);
  const project = join(top, place);
  mkdirSync(project, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  const read = (name: string) => readFileSync(join(project, name), "utf8");
  return {
    top,
    project,
    read,
    init: (...words: string[]) => jsonOf<{ next: string[] }>({ project, env: {} }, ["init", ...words]),
    refused: (...words: string[]) => problemOf({ project, env: {} }, ["init", ...words]),
    stack: (name: string) => parse(read(`Pulumi.${name}.yaml`)) as StackText,
  };
}

it.each([
  ["FROM a\nEXPOSE 3000\nUSER node\n", "3000", true],
  ["FROM a AS build\nEXPOSE 1\nUSER root\nFROM b\nexpose 8080/tcp 9\n", "8080", false],
  ["FROM --platform=$X a AS base\nUSER 1000:1000\nFROM base\nEXPOSE $PORT\n", undefined, true],
  ["FROM a\nUSER app\nUSER 0\n", undefined, false],
  ["FROM a\nRUN echo \\\n  USER x\n", undefined, false],
])("a Dockerfile's last stage says port and user: %j", (text, exposed, own) => {
  const facts = readDockerfile(text);
  expect(facts.exposed).toBe(exposed);
  expect(hasOwnUser(facts)).toBe(own);
});

it("a compose file's services that are built become services; what could not be carried over is said", async () => {
  const { project, init, read, stack } = repository({
    "compose.yaml": [
      "services:",
      "  api: { build: { context: ./api/, dockerfile: Dockerfile.prod, target: run }, ports: ['127.0.0.1:5000:5001/tcp'] }",
      "  nginx: { build: proxy, ports: [{ target: 8080 }] }",
      "  queue_worker: { build: . }",
      "  hidden: { build: ., expose: [9000] }",
      "  db: { image: postgres }",
    ].join("\n"),
    "api/Dockerfile.prod": "FROM a\nUSER app\n",
  });
  const { next } = await init(...answers, "--zone", "Z0123456789ABC");
  expect((await readEnvironment(project, "dev")).environment).toBe("dev");
  const services = stack("dev").config["moorage:services"] as Record<string, object>;
  expect(Object.keys(services)).toEqual(["nginx", "api", "queue-worker"]);
  expect(services["nginx"]).toMatchObject({
    port: 8080,
    path: "/*",
    repository: "shop",
    build: { context: "proxy" },
  });
  expect(services["api"]).toMatchObject({
    ...{ port: 5001, path: ["/api", "/api/*"], repository: "shop-api" },
    build: { context: "api", dockerfile: "Dockerfile.prod", target: "run" },
  });
  expect(services["api"]).not.toHaveProperty("user");
  const [before, after] = read("Pulumi.dev.yaml").split("    api:\n");
  expect(before).toContain(
    '      # user: "1000:1000"\n      # readOnly: true\n      # capabilities: { drop: [ALL] }\n',
  );
  expect(after?.split("    queue-worker:\n")[0]).not.toContain("# user:");
  expect(services["queue-worker"]).not.toHaveProperty("port");
  expect(services["queue-worker"]).toMatchObject({ repository: "shop-queue-worker" });
  expect(stack("foundation-dev").config["moorage:repositories"]).toMatchObject({
    names: ["shop", "shop-api", "shop-queue-worker"],
  });
  expect(next.join("\n")).toMatch(/db of compose\.yaml is not built here/);
  expect(next.join("\n")).toMatch(/hidden of compose\.yaml publishes no port/);
});

it("a new repository's only branch is its default one; of several that are not main or master, a person decides", async () => {
  for (const [branches, expected] of [
    [[], "trunk"],
    [["one", "two"], "main"],
  ] as const) {
    const { top, init, read } = repository();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: top });
    git("symbolic-ref", "HEAD", "refs/heads/trunk");
    for (const name of branches) {
      git("commit", "--quiet", "--allow-empty", "-m", "x");
      git("branch", name);
    }
    await init(...answers);
    const { on } = parse(read(".github/workflows/moorage-infra.yml")) as {
      on: { push: { branches: string[] } };
    };
    expect(on.push.branches).toEqual([expected]);
  }
});

it("GitHub is asked for the default branch where there is a token", async () => {
  const { project, read } = repository();
  const github = await GitHubFake.start();
  onTestFinished(() => github.close());
  settingsOf(github).defaultBranch = "develop";
  await jsonOf({ project, env: github.env }, [
    "init",
    ...answers.map((word) => (word === "acme/shop" ? github.repository : word)),
  ]);
  expect(read(".github/workflows/moorage-infra.yml")).toContain("branches: [develop]");
});

it("a compose file that is none is no reason to fail", async () => {
  const { init, stack } = repository({ "compose.yaml": "services: [", Dockerfile: "FROM a\nEXPOSE 3000\n" });
  await init(...answers);
  expect(stack("dev").config["moorage:services"]).toMatchObject({ web: { port: 3000 } });
});

it("adoption A7: the checks' commands are those of the language", async () => {
  const commands = async (files: Record<string, string>) => {
    const { init, read } = repository(files);
    await init(...answers);
    const text = read(".github/workflows/moorage-checks.yml");
    return [...new Set([...text.matchAll(/COMMAND: (.*)/g)].map(([, one]) => one))];
  };
  expect(await commands({ "go.mod": "module shop\n" })).toEqual(['"true"', "go vet ./...", "go test ./..."]);
  const python = await commands({ "requirements.txt": "flask\npytest==8\n" });
  expect(python.join()).toMatch(/venv[^,]*requirements\.txt.*python" -m pytest/);
  expect(await commands({ "requirements.txt": "flask\n" })).toEqual(['"true"']);
});

it("adoption A4: a second app of a repository has its own name and network, and uses the account's OIDC provider", async () => {
  const { top, init, stack } = repository({}, "apps/web");
  await init(...answers, "--zone", "Z0123456789ABC");
  const api = join(top, "apps/api");
  mkdirSync(api);
  await jsonOf({ project: api, env: {} }, ["init", ...answers, "--zone", "Z0123456789ABC"]);
  const second = parse(readFileSync(join(api, "Pulumi.foundation-dev.yaml"), "utf8")) as StackText;
  expect(readFileSync(join(api, "Pulumi.yaml"), "utf8")).toContain("moorage:app: api\n");
  expect(stack("foundation-dev").config["moorage:network"]).toMatchObject({ cidr: "10.20.0.0/16" });
  expect(stack("foundation-dev").config["moorage:github"]).not.toHaveProperty("provider");
  expect(second.config["moorage:network"]).toMatchObject({ cidr: "10.21.0.0/16" });
  expect(second.config["moorage:github"]).toMatchObject({
    provider: "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com",
  });
});

it("adoption A4: a second app of the same name is refused, and one whose folder was moved is the same app", async () => {
  const { top, init, read } = repository({}, "apps/api");
  await init(...answers);
  const workflow = readFileSync(join(top, ".github/workflows/moorage-api-main.yml"), "utf8");
  const other = join(top, "services/api");
  mkdirSync(other, { recursive: true });
  const second = { project: other, env: {} };
  const problem = await problemOf(second, ["init", ...answers]);
  expect(problem).toMatchObject({ code: "bad-arguments", exitCode: 2 });
  expect(problem.message).toMatch(/app in apps\/api is called api too/);
  expect(readFileSync(join(top, ".github/workflows/moorage-api-main.yml"), "utf8")).toBe(workflow);
  expect(read("Pulumi.yaml")).toContain("moorage:app: api\n");
  await jsonOf(second, ["init", ...answers, "--app", "api-two"]);
  renameSync(join(top, "apps/api"), join(top, "apps/moved"));
  const moved = { project: join(top, "apps/moved"), env: {} };
  await jsonOf(moved, ["init", ...answers, "--app", "api", "--force"]);
  const { apps } = JSON.parse(readFileSync(join(top, ".github/moorage/written.json"), "utf8")) as {
    apps: { place: string }[];
  };
  expect(apps.map(({ place }) => place)).toEqual(["apps/moved", "services/api"]);
});

const s3 = ["--backend-url", "s3://acme-state?region=eu-west-1", "--zone", "Z0123456789ABC"];

it("adoption C8: with a state on S3 every file names the key, with the stack's own context; the bucket is made first", async () => {
  const { init, stack } = repository();
  const { next } = await init(...answers, ...s3);
  for (const name of ["dev", "staging", "prod", "foundation-dev", "github"])
    expect(stack(name).secretsprovider).toBe(
      `awskms://alias/moorage?region=eu-west-1&context_stack=shop/${name}`,
    );
  const at = (text: string) => next.findIndex((step) => step.includes(text));
  const bootstrap = at("infra bootstrap --bucket acme-state --region eu-west-1");
  const order = [
    bootstrap,
    at("infra up foundation-dev"),
    at("infra up github"),
    at("doctor"),
    at("push to main"),
  ];
  expect(order).toEqual([...order].sort((a, b) => a - b));
  expect(bootstrap).toBeGreaterThan(0);
  expect(next.filter((step) => step.includes("moorage ")).every((step) => !step.includes("npx"))).toBe(true);
});

it("adoption A5: where accounts differ, the stacks of the others name the key by its ARN", async () => {
  const { init, stack, refused } = repository();
  const two = [...common, "--registry", registry("1"), `prod=${registry("3")}`, ...s3];
  const { next } = await init(...two);
  expect(stack("dev").secretsprovider).toContain("alias/moorage");
  expect(stack("prod").secretsprovider).toBeUndefined();
  expect(next.join("\n")).toMatch(/infra bootstrap .* --account 333333333333\n.*init again with --state-key/);
  const key = "arn:aws:kms:eu-west-1:111111111111:key/12345678-0000-0000-0000-000000000000";
  await init(...two, "--state-key", key, "--force");
  for (const name of ["dev", "prod", "foundation-prod"])
    expect(stack(name).secretsprovider).toBe(`awskms:///${key}?region=eu-west-1&context_stack=shop/${name}`);
  expect(stack("foundation-prod").config["moorage:state"]).toEqual({
    bucket: "acme-state",
    key,
    existing: true,
  });
  expect(await refused(...two, "--state-key", "alias/x")).toMatchObject({ code: "bad-arguments" });
});

const listener = (name: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/${name}/50dc6c495c0c9188/f2f7dc8efc522ab2`;

it("adoption A6: a cluster, listener and subnets that exist are named in a foundation, which needs no zone", async () => {
  const { init, stack } = repository();
  const there = ["--cluster", "main", "--listener", listener("main"), "--subnets", "subnet-0a", "subnet-0b"];
  await init(...answers, ...there);
  const { config } = stack("foundation-dev");
  expect(config["moorage:foundation"]).toEqual({
    existing: {
      cluster: "arn:aws:ecs:us-east-1:111111111111:cluster/main",
      listener: listener("main"),
      subnets: ["subnet-0a", "subnet-0b"],
    },
  });
  expect(config).not.toHaveProperty("moorage:network");
  expect(config["moorage:loadBalancers"]).toEqual({ previews: "shared" });
  expect(stack("github").config["moorage:environments"]).toMatchObject({
    dev: { foundation: "foundation-dev" },
  });
  await init(...answers, ...there, "--preview-listener", listener("previews"), "--force");
  expect(stack("foundation-dev").config).not.toHaveProperty("moorage:loadBalancers");
});

it.each([
  [["--listener", listener("main")], /--subnets/],
  [["--subnets", "subnet-0a"], /--vpc or --listener/],
  [["--cluster", "a b"], /--cluster/],
  [["--listener", "main", "--subnets", "x"], /--listener.*\n--subnets/],
  [["--preview-listener", listener("a")], /--listener/],
])("what exists is named by its form, or refused: %j", async (words, message) => {
  const problem = await repository().refused(...answers, ...words);
  expect(problem).toMatchObject({ code: "bad-arguments", exitCode: 2 });
  expect(problem.message).toMatch(message);
});
