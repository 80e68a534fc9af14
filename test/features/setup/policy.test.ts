import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { parseFoundationConfig } from "../../../src/core/project/foundation.js";
import { partitionOf } from "../../../src/core/project/partition.js";
import {
  documentsOf,
  type PolicyRole,
  type RoleDocuments,
} from "../../../src/features/setup/policy/role-documents.js";
import { appBases, planBasis } from "../../../stacks/components/foundation/plan-basis.js";
import { jsonOf, problemOf } from "../../harness/command.js";
import { root, Sandbox } from "../../harness/sandbox.js";
import { account } from "../../stacks/program.js";
import { policiesOf, runFoundation, settings } from "../../stacks/foundation-run.js";

const region = "eu-north-9";
const config = settings({
  "moorage:environments": ["dev"],
  "moorage:loadBalancers": { count: 2 },
  "moorage:network": { vpc: "vpc-1", publicSubnets: ["subnet-1", "subnet-2"], privateSubnets: ["subnet-3"] },
  "moorage:repositories": { names: ["hello", "api"], promoteFrom: ["222222222222"] },
  "moorage:state": { bucket: "hello-state", existing: true },
  "moorage:github": {
    repository: "acme/hello",
    repositoryId: 7,
    infra: true,
    provider: `arn:aws-x:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  },
});

/** What a foundation calls the resources of a role. */
const logical: Record<PolicyRole, string> = {
  preview: "preview",
  build: "build",
  "preview-build": "build-previews",
  deploy: "deploy-dev",
  plan: "plan-dev",
  infra: "infra",
  "preview-execution": "preview-execution",
  "preview-task": "preview-task",
  "preview-scheduler": "preview-scheduler",
};

/** The mocks call a repository otherwise than ECR does. */
const withRepositories = (text: string) =>
  text.replace(
    new RegExp(`arn:aws-x:made:${region}:${account}:Repository/([^"/]+/)?`, "g"),
    `arn:aws-x:ecr:${region}:${account}:repository/`,
  );

const byText = (one: unknown, other: unknown) => JSON.stringify(one).localeCompare(JSON.stringify(other));

/** They are sorted by ARN, so in another order with the mocks' ARNs. */
const sorted = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_key, one: unknown) =>
    Array.isArray(one) && one.every((item) => typeof item === "string") ? [...one].sort() : one,
  );

describe("adoption A6: infra policy", () => {
  it.each([
    ["its own app", ""],
    ["another app that it lists", "hello-api/"],
  ])("prints what a foundation would make for %s, role for role", async (_title, prefix) => {
    const apps = [{ app: "hello-api", github: { repository: "acme/hello-api" } }];
    const listing = { ...config, "moorage:apps": apps };
    const { declared, find } = await runFoundation(listing);
    const identity = { project: "hello", stack: "foundation-dev", app: "hello", tags: {} };
    const place = { partition: "aws-x", region, account };
    const own = planBasis(parseFoundationConfig(listing, "Pulumi.foundation-dev.yaml"), identity, place);
    const basis = [own, ...appBases(own)].find((one) => one.prefix === prefix) ?? own;
    for (const [role, ending] of Object.entries(logical) as [PolicyRole, string][]) {
      // The foundation is its own project's to apply.
      if (prefix !== "" && role === "infra") continue;
      const name = `${prefix}${ending}`;
      const { arn, trust, policies, boundary } = documentsOf(basis, role, "dev");
      const made = find("aws:iam/role:Role", name);
      expect([role, arn]).toEqual([role, `arn:aws-x:iam::${account}:role/moorage/${String(made["name"])}`]);
      expect([role, trust]).toEqual([role, JSON.parse(String(made["assumeRolePolicy"]))]);
      const documents = policiesOf({ declared }, name).map(
        (text) => JSON.parse(withRepositories(text)) as object,
      );
      expect([role, policies.map(({ document }) => sorted(document)).sort(byText)]).toEqual([
        role,
        documents.map(sorted).sort(byText),
      ]);
      if (role !== "deploy") continue;
      const limit = find("aws:iam/policy:Policy", `${prefix}tasks-dev`);
      expect(boundary).toEqual({
        arn: `arn:aws-x:iam::${account}:policy/moorage/${String(limit["name"])}`,
        document: JSON.parse(String(limit["policy"])) as object,
      });
    }
  });

  it("is refused for an environment that does not stand on the foundation", () => {
    const identity = { project: "hello", stack: "foundation-dev", app: "hello", tags: {} };
    const place = { partition: "aws-x", region, account };
    const basis = planBasis(parseFoundationConfig(config, "Pulumi.foundation-dev.yaml"), identity, place);
    for (const role of ["deploy", "plan"] as const)
      expect(() => documentsOf(basis, role, "staging")).toThrow(/staging is none of.*foundation-dev: dev/);
  });

  it("is refused where no file says which account it is of", async () => {
    const sandbox = new Sandbox();
    const yaml = join(sandbox.project, "Pulumi.dev.yaml");
    const elsewhere = readFileSync(yaml, "utf8").replace(/[0-9]{12}\.dkr\.ecr\.\S+/, "ghcr.io");
    writeFileSync(yaml, elsewhere);
    try {
      const problem = await problemOf(sandbox, ["infra", "policy", "deploy", "--environment", "dev"]);
      expect(problem).toMatchObject({ code: "config-invalid", exitCode: 2 });
      expect(problem.message).toContain("moorage:registry: ghcr.io names no account");
    } finally {
      await sandbox.close();
    }
  });

  it("is for an environment that names its cluster and listener itself too, in any partition", async () => {
    const sandbox = new Sandbox(join(root, "examples/hello"));
    const arn = (service: string, resource: string) =>
      `arn:aws-cn:${service}:cn-north-1:${account}:${resource}`;
    const write = (name: string, content: object) =>
      writeFileSync(join(sandbox.project, name), stringify(content));
    mkdirSync(sandbox.project, { recursive: true });
    cpSync(join(root, "Pulumi.yaml"), join(sandbox.project, "Pulumi.yaml"));
    write("Pulumi.github.yaml", { config: { "moorage:repository": "acme/hello" } });
    write("Pulumi.dev.yaml", {
      config: {
        "aws:region": "cn-north-1",
        "moorage:registry": `${account}.dkr.ecr.cn-north-1.amazonaws.com.cn`,
        "moorage:foundation": {
          cluster: arn("ecs", "cluster/main"),
          listener: arn("elasticloadbalancing", "listener/app/main/1/2"),
          vpc: "vpc-1",
          subnets: ["subnet-1"],
          domain: "example.com",
        },
        "moorage:services": { web: { repository: "shop", port: 8080 } },
      },
    });
    try {
      const found = await jsonOf<RoleDocuments>(sandbox, [
        "infra",
        "policy",
        "deploy",
        "--environment",
        "dev",
      ]);
      const text = JSON.stringify(found);
      expect(text).not.toContain("arn:aws:");
      expect(text).toContain("listener-rule/app/main/*");
      expect(text).toContain("repository/shop");
      expect(text).toContain("repo:acme/hello:environment:dev");
      const wrong = await problemOf(sandbox, ["infra", "policy", "deplyo"]);
      expect(wrong).toMatchObject({ code: "bad-arguments", exitCode: 2 });
      expect(wrong.message).toContain('did you mean "deploy"');
    } finally {
      await sandbox.close();
    }
  });
});

it.each([
  ["eu-central-1", "aws"],
  ["cn-northwest-1", "aws-cn"],
  ["us-gov-east-1", "aws-us-gov"],
  ["us-isob-east-1", "aws-iso-b"],
])("the region %s is in the partition %s", (at, partition) => {
  expect(partitionOf(at)).toBe(partition);
});
