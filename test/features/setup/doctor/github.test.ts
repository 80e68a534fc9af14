import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { examineSurroundings } from "../../../../src/features/setup/doctor/doctor.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import type { Finding } from "../../../../src/features/inspect/verify/finding.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { environmentsOf } from "../../../fakes/github/environments.js";
import { settingsOf } from "../../../fakes/github/settings.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { root } from "../../../harness/sandbox.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

let fake: GitHubFake;
let project: string;

beforeAll(async () => {
  fake = await GitHubFake.open();
});

/** No AWS: the SDK looks for credentials in this process's environment, and finds none. */
beforeEach(() => {
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_PROFILE"]) vi.stubEnv(name, undefined);
  project = temporaryFolder();
  for (const name of ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.foundation-dev.yaml", "Pulumi.github.yaml"]) {
    cpSync(join(root, name), join(project, name));
  }
  setUp();
});

const deployRole = "arn:aws:iam::111111111111:role/deploy";

/** The repository as the workflows want it. */
function setUp(): void {
  const environments = environmentsOf(fake);
  environments.clear();
  for (const name of ["preview", "dev", "staging", "plan", "build"]) environments.set(name, {});
  environments.set("prod", { reviewers: true });
  const main = { name: "main", type: "branch" } as const;
  const released = [main, { name: "v*", type: "tag" } as const];
  Object.assign(settingsOf(fake), {
    labels: ["deploy", "persist"],
    variables: {
      AWS_REGION: "us-east-1",
      MOORAGE_BUILD_ROLE_ARN: deployRole,
      MOORAGE_PREVIEW_BUILD_ROLE_ARN: deployRole,
      PULUMI_BACKEND_URL: "s3://state",
    },
    environmentVariables: Object.fromEntries(
      ["preview", "dev", "staging", "prod"].map((name) => [name, { MOORAGE_DEPLOY_ROLE_ARN: deployRole }]),
    ),
    secrets: ["SLACK"],
    policies: {
      preview: [main, { name: "refs/pull/*/merge", type: "branch" }],
      dev: [main],
      build: [main],
      staging: released,
      prod: released,
      plan: [main],
    },
    createdAt: "2020-01-01T00:00:00Z",
    usualSubject: true,
  });
}

function examine(env: NodeJS.ProcessEnv = fake.env): Promise<Finding[]> {
  return examineSurroundings({
    reporter: silentReporter,
    cwd: project,
    env,
    target: "aws",
    backendUrl: undefined,
    json: true,
    signal: new AbortController().signal,
    print: () => undefined,
  });
}

async function found(check: string): Promise<string> {
  const finding = (await examine()).find((one) => one.check === check);
  return finding === undefined ? `no ${check}` : `${finding.result} ${finding.message}`;
}

describe("a repository that is set up", () => {
  it("has nothing to change", async () => {
    const checks = await examine();
    expect(checks.filter(({ result }) => result === "NG")).toEqual([]);
    const names = checks
      .filter(({ check }) => check.startsWith("GitHub/"))
      .map(({ check, result }) => [check, result]);
    expect(Object.fromEntries(names)).toMatchObject({
      "GitHub/label deploy": "OK",
      "GitHub/environment prod": "OK",
      "GitHub/variables": "OK",
    });
  });

  it("is skipped without a token, and AWS without credentials: each says why", async () => {
    const checks = await examine({ GITHUB_REPOSITORY: fake.repository });
    expect(checks.filter(({ check }) => /^(GitHub|AWS)/.test(check))).toEqual([
      {
        check: "GitHub/repository",
        result: "SKIP",
        message: "Set GITHUB_TOKEN so that acme/hello can be checked.",
      },
      {
        check: "AWS/credentials",
        result: "SKIP",
        message: expect.stringContaining("No valid AWS credentials") as string,
      },
    ]);
  });
});

describe("says what to change", () => {
  it("adoption B4: about an environment that releases reach and nobody guards", async () => {
    const file = join(project, "Pulumi.github.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("      unreviewed: true\n", ""));
    const told = await found("GitHub/environment staging");
    writeFileSync(file, text);
    expect(told).toMatch(/^NG Whoever can push a tag v\* deploys there without approval/);
  });

  it("adoption A3: about a default branch that is not the one that roles and rules expect", async () => {
    const file = join(project, "Pulumi.yaml");
    const text = readFileSync(file, "utf8");
    writeFileSync(
      file,
      text.replace("config:\n", "config:\n  moorage:main:\n    value: { branch: trunk }\n"),
    );
    const hub = join(project, "Pulumi.github.yaml");
    writeFileSync(
      hub,
      readFileSync(hub, "utf8").replace("moorage:main: {", "moorage:main: { branch: trunk,"),
    );
    const told = await found("GitHub/default branch");
    expect(told).toMatch(/^NG GitHub's default branch is main, but .* expect trunk: set .*branch: main/);
    settingsOf(fake).defaultBranch = "trunk";
    expect(await found("GitHub/default branch")).toMatch(/^OK/);
    settingsOf(fake).defaultBranch = "main";
  });

  it("about a label", async () => {
    settingsOf(fake).labels = ["persist"];
    expect(await found("GitHub/label deploy")).toMatch(
      /^NG It does not exist: `moorage infra up github` creates it/,
    );
  });

  it("about an environment that is not there, which a job would make unprotected", async () => {
    environmentsOf(fake).delete("prod");
    expect(await found("GitHub/environment prod")).toMatch(
      /^NG It does not exist, and a job would create one/,
    );
  });

  it("F35: about an approval that nobody gives", async () => {
    environmentsOf(fake).set("prod", {});
    expect(await found("GitHub/environment prod")).toMatch(
      /^NG moorage:release says approval, but it has neither/,
    );
    environmentsOf(fake).set("prod", { wait: 30 });
    expect(await found("GitHub/environment prod")).toMatch(/^OK It has a wait of 30 min/);
  });

  it("about refs that an environment keeps out", async () => {
    settingsOf(fake).policies = { preview: [{ name: "main", type: "branch" }] };
    expect(await found("GitHub/environment preview")).toMatch(
      /^NG Its branch policy keeps out refs\/pull\/\*\/merge/,
    );
    expect(await found("GitHub/environment staging")).toMatch(
      /^NG Its branch policy keeps out main, tag v\*/,
    );
  });

  it.each(["prod", "dev", "plan", "build"])("F51: about %s, where any branch may deploy", async (name) => {
    environmentsOf(fake).set(name, { reviewers: true, isOpen: true });
    expect(await found(`GitHub/environment ${name}`)).toMatch(
      /^NG Any branch or tag may deploy there, so whoever can push can assume its role/,
    );
    environmentsOf(fake).set("preview", { isOpen: true });
    expect(await found("GitHub/environment preview")).toMatch(/^OK/);
  });

  it("F51: about branches and tags that an environment admits and no setting says", async () => {
    const main = { name: "main", type: "branch" } as const;
    settingsOf(fake).policies["dev"] = [main, { name: "*", type: "branch" }, { name: "v*", type: "tag" }];
    expect(await found("GitHub/environment dev")).toMatch(/^NG It also accepts branch \*, tag v\*/);
  });

  it("about variables", async () => {
    settingsOf(fake).variables = { AWS_REGION: "us-east-1" };
    settingsOf(fake).environmentVariables = {};
    expect(await found("GitHub/variables")).toMatch(
      /^NG Not set: MOORAGE_BUILD_ROLE_ARN, MOORAGE_PREVIEW_BUILD_ROLE_ARN, PULUMI_BACKEND_URL, MOORAGE_DEPLOY_ROLE_ARN of preview/,
    );
  });

  it("about static keys: they work, and it warns", async () => {
    settingsOf(fake).secrets = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    expect(await found("GitHub/static keys")).toMatch(
      /^OK Warning: the secrets AWS_ACCESS_KEY_ID, .* They work/,
    );
  });

  it("about subjects with ids: of a repository made since, whose foundation takes names", async () => {
    settingsOf(fake).createdAt = "2026-08-01T00:00:00Z";
    expect(await found("GitHub/OIDC subject")).toBe(
      "NG Subjects begin with repo:acme@2/hello@1: set moorage:github { subject: ids, repositoryId: 1, ownerId: 2 } " +
        "in Pulumi.foundation-dev.yaml, and run `moorage infra up` for it.",
    );
  });

  it("about subjects of somebody's own making", async () => {
    settingsOf(fake).usualSubject = false;
    expect(await found("GitHub/OIDC subject")).toMatch(/^NG Its subjects use custom claims/);
  });

  it("about a file with a mistake", async () => {
    writeFileSync(join(project, "Pulumi.staging.yaml"), "config: { moorage:apps: hello }\n");
    expect(await found("project/Pulumi.staging.yaml")).toMatch(/^NG Pulumi\.staging\.yaml has \d mistakes/);
  });
});

it("what may not be looked at is skipped, with what GitHub says", async () => {
  fake.plan(/GET \/repos\/acme\/hello\/actions\/secrets/, {
    status: 403,
    body: { message: "Resource not accessible by integration" },
  });
  expect(await found("GitHub/static keys")).toMatch(/^SKIP .*Resource not accessible by integration/);
});
