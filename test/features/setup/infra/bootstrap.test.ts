import {
  GetBucketEncryptionCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { GetKeyPolicyCommand } from "@aws-sdk/client-kms";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bootstrapState } from "../../../../src/features/setup/infra/bootstrap.js";
import { awsClients } from "../../../../src/adapters/aws/clients.js";
import { openStateStore, type StateStore } from "../../../fakes/state-store.js";
import { describeWith, pythonTool } from "../../../harness/python-tool.js";

const alias = "moorage/state";
const region = "eu-central-1";

describeWith(await pythonTool("ministack"), "bootstrap on an empty account", (tool) => {
  let store: StateStore;
  const aws = () =>
    awsClients({
      endpoint: store.endpoint,
      region,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
  beforeAll(async () => void (store = await openStateStore(tool)), 90_000);
  afterAll(() => store.close());

  it("makes a private, versioned bucket and its key, and tells where the state is", async () => {
    const clients = aws();
    const made = await bootstrapState({ aws: clients, bucket: "acme-state", region, alias });
    expect(made).toEqual({
      backendUrl: `s3://acme-state?region=${region}`,
      secretsProvider: `awskms://alias/${alias}?region=${region}`,
      key: expect.stringMatching(/^arn:aws:kms:eu-central-1:/) as string,
      created: [`key alias/${alias}`, "bucket acme-state"],
      accounts: [],
    });
    const [s3, Bucket] = [await clients.s3(), "acme-state"];
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    const { PublicAccessBlockConfiguration: blocked } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket }),
    );
    expect(Object.values(blocked ?? {})).toEqual([true, true, true, true]);
    const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault).toMatchObject({
      SSEAlgorithm: "aws:kms",
      KMSMasterKeyID: expect.stringMatching(/^arn:aws:kms:eu-central-1:/) as string,
    });
    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    expect(Policy).toContain("aws:SecureTransport");
  });

  it("makes nothing twice, and leaves what somebody has set", async () => {
    const clients = aws();
    const request = { aws: clients, bucket: "acme-again", region, alias: "again" };
    await bootstrapState(request);
    const s3 = await clients.s3();
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    await s3.send(new PutBucketPolicyCommand({ Bucket: "acme-again", Policy }));
    expect((await bootstrapState(request)).created).toEqual([]);
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket: "acme-again" }))).Policy).toBe(Policy);
  });

  it("adoption A5: lets the roles of other accounts in, one run after the other", async () => {
    const clients = aws();
    const request = { aws: clients, bucket: "acme-shared", region, alias: "accounts" };
    const sharing = { project: "hello", app: "hello", roles: [] };
    const [staging, prod] = ["222222222222", "333333333333"];
    const first = await bootstrapState({ ...request, sharing: { ...sharing, accounts: [staging] } });
    expect(first.secretsProvider).toBe(`awskms:///${first.key}?region=${region}`);
    const second = await bootstrapState({ ...request, sharing: { ...sharing, accounts: [prod] } });
    expect(second).toEqual({ ...first, created: [], accounts: [prod] });
    const { Policy = "" } = await (
      await clients.s3()
    ).send(new GetBucketPolicyCommand({ Bucket: "acme-shared" }));
    const ofKey = await (
      await clients.kms()
    ).send(new GetKeyPolicyCommand({ KeyId: first.key, PolicyName: "default" }));
    for (const text of [Policy, ofKey.Policy ?? ""]) {
      expect(text).toContain(`arn:aws:iam::${staging}:role/moorage/hello-*`);
      expect(text).toContain(`arn:aws:iam::${prod}:role/moorage/hello-*`);
    }
    expect(Policy).toContain("aws:SecureTransport");
    const account = first.key.split(":")[4] ?? "";
    await expect(
      bootstrapState({ ...request, sharing: { ...sharing, accounts: [account] } }),
    ).rejects.toMatchObject({ code: "bad-account", exitCode: 2 });
  });

  it.each([
    ["account", { accounts: ["333"] }],
    ["role", { roles: ["*"] }],
  ])("adoption A5: refuses an %s that says too little, before anything is made", async (what, change) => {
    const sharing = { project: "hello", app: "hello", accounts: ["333333333333"], roles: [], ...change };
    const request = { aws: aws(), bucket: "acme-none", region, alias: "none", sharing };
    await expect(bootstrapState(request)).rejects.toMatchObject({ code: `bad-${what}`, exitCode: 2 });
  });

  it("completes what an interrupted run has begun", async () => {
    const clients = aws();
    await bootstrapState({ aws: clients, bucket: "acme-one", region, alias: "shared" });
    const next = await bootstrapState({ aws: clients, bucket: "acme-two", region, alias: "shared" });
    expect(next.created).toEqual(["bucket acme-two"]);
  });

  it.each([
    ["bucket", { bucket: "Acme_State" }],
    ["alias", { alias: "aws/ours" }],
    ["region", { region: "Frankfurt am Main" }],
  ])("refuses a %s that AWS would refuse, before anything is made", async (what, change) => {
    const request = { aws: aws(), bucket: "acme-state", region, alias, ...change };
    await expect(bootstrapState(request)).rejects.toMatchObject({ code: `bad-${what}`, exitCode: 2 });
  });
});
