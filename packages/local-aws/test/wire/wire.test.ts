import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient, UploadLayerPartCommand } from "@aws-sdk/client-ecr";
import { DescribeServicesCommand, ECSClient, ListServiceDeploymentsCommand } from "@aws-sdk/client-ecs";
import {
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient, GetRoleCommand, ListRolesCommand } from "@aws-sdk/client-iam";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { describe, expect, it } from "vitest";
import { AwsError } from "../../src/cloud.js";
import { createEc2 } from "../../src/services/ec2/ec2.js";
import { createIam } from "../../src/services/iam/iam.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { Store } from "../../src/store.js";
import { createSts } from "../../src/services/sts/sts.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { clientConfig, defaultSite, recording, serve } from "./serve.js";
import { postSigned } from "../../../../test/harness/signed.js";

const when = new Date("2026-01-02T03:04:05.678Z");

describe("JSON services, with the AWS SDK", () => {
  it("dates, numbers and lists come through both ways", async () => {
    const { service, asked } = recording({
      services: [{ serviceName: "web", desiredCount: 2, createdAt: when, events: [] }],
      failures: [],
    });
    const { endpoint } = await serve({ ecs: service("DescribeServices", "ListServiceDeployments") });
    const ecs = new ECSClient(clientConfig(endpoint));
    const answer = await ecs.send(new DescribeServicesCommand({ services: ["web"], include: ["TAGS"] }));
    expect(answer.services).toEqual([{ serviceName: "web", desiredCount: 2, createdAt: when, events: [] }]);
    await ecs.send(new ListServiceDeploymentsCommand({ service: "web", createdAt: { after: when } }));
    expect(asked).toEqual([
      { services: ["web"], include: ["TAGS"] },
      { service: "web", createdAt: { after: when } },
    ]);
  });

  it("blobs arrive as bytes", async () => {
    const { service, asked } = recording({ uploadId: "u" });
    const { endpoint } = await serve({ ecr: service("UploadLayerPart") });
    const layerPartBlob = Buffer.from([0, 255, 7]);
    const input = { repositoryName: "r", uploadId: "u", partFirstByte: 0, partLastByte: 2, layerPartBlob };
    await new ECRClient(clientConfig(endpoint)).send(new UploadLayerPartCommand(input));
    expect(asked).toEqual([input]);
  });

  it("errors are AWS's own classes, with their code, words and request id", async () => {
    const refuse = () => {
      throw new AwsError("ParameterNotFound", "Parameter /x not found.");
    };
    const { endpoint } = await serve({ ssm: { operations: { GetParameter: refuse } } });
    const call = new SSMClient(clientConfig(endpoint)).send(new GetParameterCommand({ Name: "/x" }));
    await expect(call).rejects.toMatchObject({
      name: "ParameterNotFound",
      message: "Parameter /x not found.",
      $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string },
    });
  });

  it("an operation that is not there is answered as AWS does, and logged", async () => {
    const { endpoint, log } = await serve({ ecs: { operations: {} } });
    const call = new ECSClient(clientConfig(endpoint)).send(
      new DescribeServicesCommand({ services: ["web"] }),
    );
    await expect(call).rejects.toMatchObject({ name: "UnknownOperationException" });
    expect(log).toEqual(["refused: ecs DescribeServices"]);
  });

  it("a defect of ours is a 500, and its trace is in the log only", async () => {
    const broken = () => {
      throw new TypeError("oops");
    };
    const { endpoint, log } = await serve({ ecs: { operations: { DescribeServices: broken } } });
    const call = new ECSClient(clientConfig(endpoint)).send(
      new DescribeServicesCommand({ services: ["web"] }),
    );
    await expect(call).rejects.toMatchObject({ name: "InternalFailure", $metadata: { httpStatusCode: 500 } });
    expect(log.join()).toContain("wire.test.ts");
  });
});

describe("Query services, with the AWS SDK", () => {
  it("nested lists, numbers and truth values arrive in the SDK's shapes", async () => {
    const { service, asked } = recording({ Rules: [] });
    const { endpoint } = await serve({ elbv2: service("CreateRule", "CreateTargetGroup") });
    const elb = new ElasticLoadBalancingV2Client(clientConfig(endpoint));
    const rule = {
      ListenerArn: "arn:l",
      Priority: 10,
      Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: ["a.localhost", "b.localhost"] } }],
      Actions: [
        {
          Type: "forward" as const,
          ForwardConfig: { TargetGroups: [{ TargetGroupArn: "arn:t", Weight: 1 }] },
        },
        { Type: "redirect" as const, RedirectConfig: { Port: "443", StatusCode: "HTTP_301" as const } },
      ],
      Tags: [{ Key: "empty", Value: "" }],
    };
    await elb.send(new CreateRuleCommand(rule));
    const group = {
      Name: "tg",
      Port: 80,
      HealthCheckEnabled: true,
      HealthCheckPort: "8080",
      HealthyThresholdCount: 3,
    };
    await elb.send(new CreateTargetGroupCommand(group));
    expect(asked).toEqual([rule, group]);
  });

  it("answers are parsed: lists of one and none, dates, markup", async () => {
    const Rules = [
      {
        RuleArn: "arn:r",
        Priority: "1",
        IsDefault: false,
        Conditions: [],
        Actions: [{ Type: "forward", Order: 1 }],
      },
      { RuleArn: "<&>\"'é", Priority: "default", IsDefault: true },
    ];
    const { endpoint } = await serve({ elbv2: recording({ Rules }).service("DescribeRules") });
    const elb = new ElasticLoadBalancingV2Client(clientConfig(endpoint));
    const answer = await elb.send(new DescribeRulesCommand({ ListenerArn: "arn:l" }));
    expect(answer.Rules).toEqual(Rules);
    expect(answer.NextMarker).toBeUndefined();
  });

  it("errors carry AWS's codes", async () => {
    const refuse = () => {
      throw new AwsError("PriorityInUse", "Priority '1' is currently in use");
    };
    const { endpoint } = await serve({ elbv2: { operations: { DescribeRules: refuse } } });
    const elb = new ElasticLoadBalancingV2Client(clientConfig(endpoint));
    await expect(elb.send(new DescribeRulesCommand({}))).rejects.toMatchObject({
      name: "PriorityInUseException",
      message: "Priority '1' is currently in use",
    });
  });

  it("STS says who the caller is, and lends credentials that end", async () => {
    const { endpoint } = await serve({ sts: createSts("local", () => when.getTime()) });
    const sts = new STSClient(clientConfig(endpoint, { account: "222222222222", region: "eu-west-1" }));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: "222222222222" });
    const assumed = await sts.send(
      new AssumeRoleCommand({
        RoleArn: "arn:aws:iam::333333333333:role/deploy",
        RoleSessionName: "ci",
        DurationSeconds: 900,
      }),
    );
    expect(assumed.Credentials?.AccessKeyId).toBe("333333333333");
    expect(assumed.Credentials?.Expiration).toEqual(new Date(when.getTime() + 900_000));
  });
});

describe("recorded resources, with the AWS SDK", () => {
  function rows() {
    const store = Store.open(temporaryFolder());
    return { store, rows: new RecordedRows(store) };
  }

  it("EC2 describes groups and subnets by id, filter and tag", async () => {
    const recorded = rows();
    const put = (type: string, id: string, properties: Record<string, unknown>) =>
      recorded.rows.put({ type, id, site: defaultSite, properties });
    put("ec2/securityGroup", "sg-1", {
      name: "web",
      description: "Tasks",
      vpcId: "vpc-1",
      tags: { "moorage:stack": "pr-42" },
      ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, securityGroups: ["sg-2"] }],
    });
    put("ec2/securityGroup", "sg-2", { name: "lb", vpcId: "vpc-1" });
    put("ec2/subnet", "subnet-1", { vpcId: "vpc-1", cidrBlock: "10.0.0.0/20" });
    const { endpoint } = await serve({ ec2: createEc2(recorded.rows) }, recorded.store);
    const ec2 = new EC2Client(clientConfig(endpoint));
    const byTag = { Filters: [{ Name: "tag:moorage:stack", Values: ["pr-42"] }] };
    expect((await ec2.send(new DescribeSecurityGroupsCommand(byTag))).SecurityGroups).toMatchObject([
      {
        GroupId: "sg-1",
        GroupName: "web",
        Description: "Tasks",
        IpPermissions: [{ FromPort: 80, UserIdGroupPairs: [{ GroupId: "sg-2" }] }],
        Tags: [{ Key: "moorage:stack", Value: "pr-42" }],
      },
    ]);
    const byName = { Filters: [{ Name: "group-name", Values: ["l*"] }] };
    const found = await ec2.send(new DescribeSecurityGroupsCommand(byName));
    expect(found.SecurityGroups?.map(({ GroupId }) => GroupId)).toEqual(["sg-2"]);
    const missing = ec2.send(new DescribeSubnetsCommand({ SubnetIds: ["subnet-1", "subnet-9"] }));
    await expect(missing).rejects.toMatchObject({ name: "InvalidSubnetID.NotFound" });
    const unknown = ec2.send(new DescribeSubnetsCommand({ Filters: [{ Name: "color", Values: ["red"] }] }));
    await expect(unknown).rejects.toMatchObject({ name: "InvalidParameterValue" });
  });

  it("IAM describes roles, and says NoSuchEntity of the others", async () => {
    const recorded = rows();
    recorded.rows.put({
      type: "iam/role",
      id: "task",
      site: defaultSite,
      properties: {
        path: "/",
        arn: "arn:aws:iam::111111111111:role/task",
        uniqueId: "AROA1",
        createDate: when.toISOString(),
        assumeRolePolicy: '{"a":1}',
      },
    });
    const { endpoint } = await serve({ iam: createIam(recorded.rows) }, recorded.store);
    const iam = new IAMClient(clientConfig(endpoint, { ...defaultSite, region: "eu-west-1" }));
    const { Roles } = await iam.send(new ListRolesCommand({}));
    expect(Roles).toMatchObject([
      { RoleName: "task", CreateDate: when, AssumeRolePolicyDocument: "%7B%22a%22%3A1%7D" },
    ]);
    await expect(iam.send(new GetRoleCommand({ RoleName: "none" }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
      $metadata: { httpStatusCode: 404 },
    });
  });
});

describe("whose call it is", () => {
  it("account and region come from the signature; an access key id of another form means the default account", async () => {
    const { service, sites } = recording({});
    const { endpoint } = await serve({ ssm: service("GetParameter") });
    const call = (account: string, region: string) =>
      new SSMClient(clientConfig(endpoint, { account, region })).send(
        new GetParameterCommand({ Name: "/x" }),
      );
    await call("222222222222", "eu-west-1");
    await call("AKIDEXAMPLE", "us-west-2");
    expect(sites).toEqual([
      { account: "222222222222", region: "eu-west-1" },
      { account: "111111111111", region: "us-west-2" },
    ]);
  });

  it("what is no AWS call is refused without harm", async () => {
    const { endpoint } = await serve({});
    const status = async (init: RequestInit, path = "/") => (await fetch(endpoint + path, init)).status;
    expect(await status({ method: "GET" })).toBe(404);
    const posted = async (body: string, headers?: Record<string, string>) =>
      (await postSigned({ endpoint, body, headers })).status;
    expect(await posted("Action=X&Version=1999-01-01")).toBe(400);
    expect(await posted("{", { "x-amz-target": "AmazonSSM.GetParameter" })).toBe(400);
    expect(await posted("__proto__.x=1&Action=ListRoles&Version=2010-05-08")).toBe(400);
  });
});
