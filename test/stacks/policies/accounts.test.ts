import { describe, expect, it } from "vitest";
import { accessRoleName } from "../../../stacks/components/foundation/names.js";
import { policyOf } from "../../../stacks/policies/generate.js";
import {
  bucketStatements,
  keyStatements,
  type SharedStatement,
  type StateSharing,
} from "../../../stacks/policies/state-sharing.js";
import { runFoundation, settings } from "../foundation-run.js";
import { scopeOf } from "./samples.js";
import { isAllowed } from "./simulate.js";

/** State is in the first account, prod in the second. */
const [home, prod] = ["111111111111", "333333333333"];
const key = `arn:aws:kms:us-east-1:${home}:key/1`;
const bucket = "arn:aws:s3:::hello-state";
const sharing: StateSharing = {
  partition: "aws",
  bucket: "hello-state",
  project: "hello",
  app: "hello",
  accounts: [prod],
};
const ownKeyPolicy = {
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${home}:root` },
  Action: "kms:*",
  Resource: "*",
};
const document = (...Statement: object[]) => ({ Version: "2012-10-17", Statement });
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [bucket, `${bucket}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

const everything = document({ Effect: "Allow", Action: "*", Resource: "*" });
const deployProd = policyOf(
  "deploy",
  scopeOf("prod", {
    account: prod,
    state: { bucket: "hello-state", key, reads: ["foundation-prod"] },
  }),
);

interface Asked {
  role?: string;
  account?: string;
  identity?: object;
  shared?: StateSharing | undefined;
}

/** Both sides, as AWS judges a call across accounts. */
function may(
  action: string,
  { object = "", ...context }: Record<string, string>,
  { role, account = prod, identity = deployProd, shared = sharing }: Asked = {},
): Promise<boolean> {
  const isKey = action.startsWith("kms:");
  const resource = isKey
    ? document(ownKeyPolicy, ...(shared === undefined ? [] : keyStatements(shared)))
    : document(tlsOnly, ...(shared === undefined ? [] : bucketStatements(shared)));
  const name = role ?? `moorage/${accessRoleName({ app: "hello", foundation: "prod" }, "deploy", "prod")}`;
  return isAllowed(
    {
      action,
      resource: isKey ? key : object === "" ? bucket : `${bucket}/${object}`,
      owner: home,
      context: {
        "aws:SecureTransport": "true",
        "aws:PrincipalArn": `arn:aws:iam::${account}:role/${name}`,
        ...context,
      },
    },
    { identity, resource },
    account,
  );
}

const state = { object: ".pulumi/stacks/hello/prod.json" };
const secrets = { "kms:EncryptionContext:stack": "hello/prod" };
const objects = { "kms:EncryptionContext:aws:s3:arn": bucket };

/** What a deployment of prod does with the state, from prod's account. */
const needed: [action: string, at: Record<string, string>][] = [
  ["s3:ListBucket", {}],
  ["s3:GetObject", state],
  ["s3:PutObject", state],
  ["s3:DeleteObject", { object: ".pulumi/locks/organization/hello/prod/1.json" }],
  ["s3:PutObject", { object: ".pulumi/history/hello/prod/1.json" }],
  ["s3:PutObject", { object: ".moorage/hello/prod.json" }],
  ["s3:GetObject", { object: ".moorage/hello/staging.json" }],
  ["s3:GetObject", { object: ".moorage-builds/hello/sha-1.json" }],
  ["s3:GetObject", { object: ".pulumi/meta.yaml" }],
  ["s3:GetObject", { object: ".pulumi/stacks/hello/foundation-prod.json" }],
  ["kms:Decrypt", secrets],
  ["kms:Encrypt", secrets],
  ["kms:Decrypt", objects],
  ["kms:GenerateDataKey", objects],
];

describe("adoption A5: the role that deploys prod, in another account than the state's", () => {
  it.each(needed)("may %s with %o once the bucket and the key let its account in", async (action, at) => {
    expect(await may(action, at)).toBe(true);
    expect(await may(action, at, { shared: { ...sharing, accounts: ["444444444444"] } })).toBe(false);
  });

  it("has no more of another stack's state than its own policy says", async () => {
    expect(await may("s3:PutObject", { object: ".pulumi/stacks/hello/staging.json" })).toBe(false);
    expect(await may("kms:Decrypt", { "kms:EncryptionContext:stack": "hello/staging" })).toBe(false);
  });
});

describe("adoption A5: what the bucket and the key let in", () => {
  const foundation = "prod";
  const name = (app: string, ...parts: string[]) =>
    `moorage/${accessRoleName({ app, foundation }, ...parts)}`;
  const long = "a-b-c-d-e-f-g-h-i-jk";

  it.each([
    ["a role that Moorage did not make", "admin"],
    ["a role of another app whose name begins like it", name("hello-world", "deploy", "prod")],
    ["a role of another app", name("other", "deploy", "prod")],
    ["the role of previews' code", name("hello", "preview-task")],
    ["a namesake at another path", `ci/${name("hello", "deploy", "prod")}`],
  ])("is not %s, whatever its own policy says", async (_what, role) => {
    for (const [action, at] of needed) {
      expect(await may(action, at, { role, identity: everything })).toBe(false);
    }
  });

  it("is not a role of a third account", async () => {
    expect(await may("s3:GetObject", state, { account: "444444444444", identity: everything })).toBe(false);
  });

  it("is every role of the app's workflows, also of one whose name is cut", async () => {
    const roles = [
      name("hello", "build"),
      name("hello", "deploy", "eu-prod"),
      name("hello", "plan", "foundation-prod"),
      name("hello", "infra"),
      name("hello", "preview"),
    ];
    for (const role of roles) expect(await may("s3:GetObject", state, { role })).toBe(true);
    const shared = { ...sharing, app: long };
    const role = name(long, "plan", "foundation-production-1");
    expect(role).toMatch(/-[a-z0-9]{8}-prod$/);
    expect(await may("s3:GetObject", state, { role, shared })).toBe(true);
    const task = name(long, "preview-task");
    expect(await may("s3:GetObject", state, { role: task, shared, identity: everything })).toBe(false);
  });

  it("is of its own project only, and nothing but its state", async () => {
    const own = { identity: everything };
    expect(await may("s3:GetObject", { object: ".pulumi/stacks/other/prod.json" }, own)).toBe(false);
    expect(await may("s3:PutObject", { object: ".pulumi/meta.yaml" }, own)).toBe(false);
    expect(await may("s3:PutBucketPolicy", {}, own)).toBe(false);
    expect(await may("kms:Decrypt", { "kms:EncryptionContext:stack": "other/prod" }, own)).toBe(false);
    expect(await may("kms:Decrypt", {}, own)).toBe(false);
    expect(await may("kms:ScheduleKeyDeletion", {}, own)).toBe(false);
  });

  it("is what somebody names beside it", async () => {
    const shared = { ...sharing, roles: ["ci/deploy-*"] };
    expect(await may("s3:GetObject", state, { role: "ci/deploy-prod", shared })).toBe(true);
    expect(await may("s3:GetObject", state, { role: "ci/other", shared })).toBe(false);
  });

  it("is the same where a foundation makes the bucket and the key", async () => {
    const { find } = await runFoundation(
      settings({ "moorage:state": { bucket: "hello-state", accounts: [prod] } }),
    );
    const policy = (type: string) => JSON.parse(String(find(type)["policy"])) as { Statement: object[] };
    const partition = "aws-x";
    const wanted = (statements: SharedStatement[]) => statements;
    expect(policy("aws:s3/bucketPolicy:BucketPolicy").Statement.slice(1)).toEqual(
      wanted(bucketStatements({ ...sharing, partition })),
    );
    expect(policy("aws:kms/key:Key").Statement.slice(1)).toEqual(
      wanted(keyStatements({ ...sharing, partition })),
    );
    const alone = await runFoundation(settings({ "moorage:state": { bucket: "hello-state" } }));
    expect(alone.find("aws:kms/key:Key")).not.toHaveProperty("policy");
  });
});
