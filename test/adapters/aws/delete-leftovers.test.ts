import { expect, it, onTestFinished } from "vitest";
import { clear, type Leftovers } from "../../../src/adapters/aws/delete-leftovers.js";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import { taggedResources, type TagSearch } from "../../../src/adapters/aws/tagged.js";
import { AwsError, type AwsService } from "../../../packages/local-aws/src/cloud.js";
import { createEc2 } from "../../../packages/local-aws/src/services/ec2/ec2.js";
import { RecordedRows } from "../../../packages/local-aws/src/resources/rows.js";
import { Store } from "../../../packages/local-aws/src/store.js";
import { clientConfig, defaultSite, serve } from "../../../packages/local-aws/test/wire/serve.js";
import { temporaryFolder } from "../../harness/folder.js";

const tagsOf = (stack: string, project = "hello") => ({ "moorage:stack": stack, "moorage:project": project });

/** EC2 and IAM with security groups and roles of several stacks; so many deletions of groups are refused at first. */
async function scene(inUse = 0) {
  const store = Store.open(temporaryFolder());
  const rows = new RecordedRows(store);
  const put = (type: string, id: string, properties: Record<string, unknown>) =>
    rows.put({ type, id, site: defaultSite, properties });
  for (const [id, tags] of [
    ["sg-42", tagsOf("pr-42")],
    ["sg-43", tagsOf("pr-43")],
    ["sg-dev", tagsOf("dev")],
    ["sg-other", tagsOf("pr-42", "other")],
  ] as const) {
    put("ec2/securityGroup", id, { name: id, vpcId: "vpc-1", tags });
  }
  const ec2 = busyFor(createEc2(rows), inUse);
  const { endpoint } = await serve({ ec2, elbv2: none, ecs: none, logs: none }, store);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  return { aws, left: (type: string) => rows.list(type, defaultSite).map(({ id }) => id) };
}

/** Nothing of these is there. */
const none: AwsService = {
  operations: {
    DescribeTargetGroups: () => ({ TargetGroups: [] }),
    DescribeLogGroups: () => ({ logGroups: [] }),
    ListServices: () => ({ serviceArns: [] }),
  },
};

/** Fargate's network interfaces outlive their tasks. */
function busyFor({ operations }: AwsService, times: number): AwsService {
  let left = times;
  const remove = operations["DeleteSecurityGroup"];
  return {
    operations: {
      ...operations,
      DeleteSecurityGroup(input: never, site) {
        if (left-- > 0) throw new AwsError("DependencyViolation", "resource has a dependent object");
        return remove?.(input, site);
      },
    },
  };
}

const search: TagSearch = {
  project: "hello",
  cluster: "shared",
  logGroupPrefix: "/ecs",
  isWanted: (stack) => stack.startsWith("pr-"),
};
const remainders: Omit<Leftovers, "resources"> = {
  project: "hello",
  stack: "pr-42",
  cluster: "shared",
};
const patience = { signal: new AbortController().signal, timeoutMs: 5_000, pauseMs: 1 };

it("F36: finds what carries the project's name and a preview's, and nothing else", async () => {
  const { aws } = await scene();
  const found = await taggedResources(aws, search);
  expect(found.map(({ id }) => id).toSorted()).toEqual(["sg-42", "sg-43"]);
});

it("F13: deletes one stack's; what only has the name stays", async () => {
  const { aws, left } = await scene(3);
  const resources = await taggedResources(aws, { ...search, isWanted: (stack) => stack === "pr-42" });
  await clear(aws, { ...remainders, resources }, patience);
  expect(left("ec2/securityGroup").toSorted()).toEqual(["sg-43", "sg-dev", "sg-other"]);
  await clear(aws, { ...remainders, resources }, patience);
});

/** One service that drains for so many looks after its deletion. */
async function draining(looks: number) {
  const asked: string[] = [];
  const ecs: AwsService = {
    operations: {
      DeleteService: () => void asked.push("delete"),
      DescribeServices() {
        asked.push("look");
        const status = asked.length - 1 > looks ? "INACTIVE" : "DRAINING";
        return { services: [{ serviceName: "web", status }], failures: [] };
      },
    },
  };
  const { endpoint } = await serve({ ecs }, Store.open(temporaryFolder()));
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  return { aws, asked };
}

const service = { kind: "service", stack: "pr-42", id: "web" } as const;

it("provider 7: a deleted service is waited for until it is INACTIVE", async () => {
  const { aws, asked } = await draining(3);
  await clear(aws, { ...remainders, resources: [service] }, patience);
  expect(asked).toEqual(["delete", "look", "look", "look", "look"]);
});

it("provider 7: one that drains for too long is named at the bound", async () => {
  const { aws } = await draining(1_000_000);
  const cleared = clear(aws, { ...remainders, resources: [service] }, { ...patience, timeoutMs: 20 });
  await expect(cleared).rejects.toMatchObject({ code: "still-draining" });
});

it("F18: what stays in use is given up at the bound, named", async () => {
  const { aws } = await scene(1_000_000);
  const resources = [{ kind: "security group", stack: "pr-42", id: "sg-42" }] as const;
  const cleared = clear(aws, { ...remainders, resources }, { ...patience, timeoutMs: 50 });
  await expect(cleared).rejects.toMatchObject({
    code: "in-use",
    message: expect.stringContaining("sg-42") as string,
  });
});
