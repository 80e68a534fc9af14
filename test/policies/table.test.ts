import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calls } from "../../stacks/policies/calls.js";
import { mostCharacters, policyOf, policyText } from "../../stacks/policies/generate.js";
import { root } from "../support/sandbox.js";
import { scopeOf } from "./samples.js";

/** IAM's name of a service, by the SDK's package. */
const services: Record<string, string> = {
  acm: "acm",
  "application-auto-scaling": "application-autoscaling",
  cloudwatch: "cloudwatch",
  "cloudwatch-logs": "logs",
  ec2: "ec2",
  ecr: "ecr",
  ecs: "ecs",
  "elastic-load-balancing-v2": "elasticloadbalancing",
  iam: "iam",
  kms: "kms",
  "route-53": "route53",
  s3: "s3",
  "secrets-manager": "secretsmanager",
  "service-quotas": "servicequotas",
  ssm: "ssm",
  sts: "sts",
};

/** Operations whose action has another name. Source: Service Authorization Reference, "Amazon S3". */
const otherNames: Record<string, string> = {
  "s3:HeadBucket": "s3:ListBucket",
  "s3:ListObjectsV2": "s3:ListBucket",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
  "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
};

/** What the driver's SDK clients are asked to do, as IAM names it. */
function driverActions(): string[] {
  const files = readdirSync(join(root, "src/aws"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));
  return [...new Set(files.flatMap(actionsIn))].sort();
}

/** Each operation is of the client that is imported last before it and has such an operation. */
function actionsIn(text: string): string[] {
  const clients = [...text.matchAll(/@aws-sdk\/client-([a-z0-9-]+)/g)].reverse();
  const operations = [...text.matchAll(/\bnew (?:\w+\.)?(\w+)Command\(|\bpaginate(\w+)\(/g)];
  return operations.map(({ index, 1: command, 2: paged }) => {
    const operation = command ?? paged ?? "";
    const before = clients.filter((client) => client.index < index).map(([, client = ""]) => client);
    const client = before.find((name) => has(name, operation)) ?? "?";
    const action = `${services[client] ?? client}:${operation}`;
    return otherNames[action] ?? action;
  });
}

function has(client: string, operation: string): boolean {
  const commands = join(root, `node_modules/@aws-sdk/client-${client}/dist-types/commands`);
  return existsSync(join(commands, `${operation}Command.d.ts`));
}

/** Types and data sources that programs use, as the engine names them. */
function usedTypes(folder: string, except: RegExp): string[] {
  const used = /from "@pulumi\/aws\/([a-z0-9]+\/)?([A-Za-z0-9]+)\.js"/g;
  const files = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !except.test(file));
  const found = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(used)].map(([, module = "index/", name = ""]) => {
      const isCall = name.startsWith("get");
      return `aws:${module}${name}:${isCall ? name : name.charAt(0).toUpperCase() + name.slice(1)}`;
    }),
  );
  return [...new Set(found)].sort();
}

describe("the table of calls", () => {
  const callers = new Set(Object.values(calls).flatMap(({ by }) => by));

  it("has every operation of the driver's SDK clients", () => {
    expect(driverActions().length).toBeGreaterThan(40);
    const missing = driverActions().filter((action) => !calls[action]?.by.includes("driver"));
    expect(missing).toEqual([]);
  });

  it("lets the driver do nothing that it does not do", () => {
    const actions = driverActions();
    const listed = Object.entries(calls).filter(([, { by }]) => by.includes("driver"));
    // What other calls ask of AWS: RunTask passes roles, S3 uses the bucket's key.
    const extra = listed.map(([action]) => action).filter((action) => !actions.includes(action));
    expect(extra).toEqual(["iam:PassRole", "kms:GenerateDataKey"]);
  });

  it("has every resource type and data source of environments and previews", () => {
    const used = usedTypes("stacks", /foundation|github/);
    expect(used.length).toBeGreaterThan(10);
    expect(used.filter((token) => !callers.has(token as never))).toEqual([]);
  });

  it("grants nothing for a type that no program uses, nor for one that only people make", () => {
    const used: string[] = usedTypes("stacks", /foundation|github/);
    const others = [...callers].filter((caller) => caller.startsWith("aws:") && !used.includes(caller));
    expect(others).toEqual([]);
  });
});

describe("a role's policies", () => {
  /** Names of 20 characters, of environments of 12, in a partition and a region with long names. */
  const long = {
    app: "a-shop-with-services",
    project: "a-shop-with-services",
    partition: "aws-us-gov",
    region: "us-gov-west-1",
    balancers: "lb*-a-shop-with-services",
    cluster: "arn:aws-us-gov:ecs:us-gov-west-1:111111111111:cluster/a--shop--with--services-acceptance-1",
    sources: ["arn:aws-us-gov:ecr:*:999999999999:repository/a-shop-with-services"],
    repositories: Array.from(
      { length: 10 },
      (_, index) => `arn:aws-us-gov:ecr:us-gov-west-1:111111111111:repository/a-shop-with-services/${index}`,
    ),
  };

  it.each(["build", "preview", "deploy", "plan", "infra"] as const)(
    "of the role to %s fit, with long names too",
    (access) => {
      const stack = access === "preview" ? "pr-*" : "acceptance-1";
      for (const part of ["own", "shared"] as const) {
        expect(policyText(access, scopeOf("dev"), part).length).toBeLessThan(mostCharacters[part]);
        expect(policyText(access, scopeOf(stack, long), part).length).toBeLessThan(mostCharacters[part]);
      }
    },
  );

  it("that IAM would refuse are refused before, with what would help", () => {
    const many = Array.from({ length: 100 }, (_, index) => `${long.repositories[0] ?? ""}${index}`);
    const scope = scopeOf("dev", { repositories: many });
    expect(() => policyText("deploy", scope, "own")).toThrow(/fewer repositories/);
  });

  it("hold in two parts what the table says", () => {
    const actions = (part?: "own" | "shared") =>
      policyOf("deploy", scopeOf("dev"), part).Statement.flatMap(({ Action }) => Action);
    expect([...new Set([...actions("own"), ...actions("shared")])].sort()).toEqual(
      [...new Set(actions())].sort(),
    );
  });
});
