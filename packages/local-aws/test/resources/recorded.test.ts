import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { Cloud, type Site } from "../../src/cloud.js";
import { createCloudWatch } from "../../src/services/cloudwatch/cloudwatch.js";
import { createEc2 } from "../../src/services/ec2/ec2.js";
import { Provider } from "../../src/provider/provider.js";
import type { Properties } from "../../src/provider/values.js";
import { resourceTypes } from "../../src/resources/index.js";
import { RecordedRows } from "../../src/resources/rows.js";
import { typeSchema } from "../../src/provider/schema.js";
import { Store } from "../../src/store.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site: Site = { account: "111111111111", region: "us-east-1" };
const role = "aws:iam/role:Role";
const group = "aws:ec2/securityGroup:SecurityGroup";
const vpc = "aws:ec2/vpc:Vpc";
const seed = new Uint8Array([1, 2, 3, 4, 5]);

/** An ECS that has whatever service it is asked for. */
const running = { operations: { DescribeServices: () => ({ services: [{ status: "ACTIVE" }] }) } };

let provider: Provider;

beforeEach(() => {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const rows = new RecordedRows(store);
  const uses = {
    cloud: new Cloud({ ec2: createEc2(rows), cloudwatch: createCloudWatch(rows), ecs: running }),
    rows,
    pace: { factor: 1000 },
    types: resourceTypes,
    saved: () => store.flush(),
  };
  provider = new Provider(uses, site);
});

function create(type: string, inputs: Properties) {
  return provider.create({ type, name: "x" }, inputs);
}

it("every type is one of the installed package, and what replaces it is among its inputs", () => {
  for (const [token, type] of resourceTypes) {
    const schema = typeSchema(token);
    expect(schema, token).toBeDefined();
    const properties = type.replaces.map((path) => path.split(".")[0] ?? "");
    expect(
      properties.filter((property) => !schema?.inputs.has(property)),
      token,
    ).toEqual([]);
    const own = [...(type.computes ?? []), ...(type.autoname === undefined ? [] : [type.autoname])];
    expect(
      own.filter((property) => !schema?.inputs.has(property)),
      token,
    ).toEqual([]);
  }
});

describe("what AWS adds", () => {
  it("a role has an ARN without a region, and keeps its id and date over updates", async () => {
    const inputs = { name: "task", path: "/ecs/", assumeRolePolicy: "{}", tags: { a: "b" } };
    const { id, outputs } = await create(role, inputs);
    expect(id).toBe("task");
    expect(outputs).toMatchObject({ arn: "arn:aws:iam::111111111111:role/ecs/task", tagsAll: { a: "b" } });
    expect(outputs).not.toHaveProperty("region");
    const news = { name: "task", path: "/ecs/", assumeRolePolicy: "{}", description: "new" };
    const updated = await provider.update({ type: role, name: "x" }, id, outputs, inputs, news);
    expect(updated).toMatchObject({ description: "new", uniqueId: outputs["uniqueId"], tagsAll: {} });
    expect(updated).toMatchObject({ createDate: outputs["createDate"] });
    expect(updated).not.toHaveProperty("tags");
  });

  it("EC2's ids have AWS's form", async () => {
    const { id } = await create(vpc, { cidrBlock: "10.0.0.0/16" });
    expect(id).toMatch(/^vpc-[0-9a-f]{17}$/);
    const { outputs } = await create(group, { name: "g", vpcId: id });
    expect(outputs["arn"]).toMatch(/^arn:aws:ec2:us-east-1:111111111111:security-group\/sg-[0-9a-f]{17}$/);
  });
});

describe("what AWS refuses", () => {
  it("a name that exists", async () => {
    await create(role, { name: "task", assumeRolePolicy: "{}" });
    await expect(create(role, { name: "task", assumeRolePolicy: "{}" })).rejects.toMatchObject({
      code: "EntityAlreadyExists",
      message: "Role with name task already exists.",
    });
  });

  it("a parent that does not exist", async () => {
    await expect(create(group, { name: "g", vpcId: "vpc-1" })).rejects.toMatchObject({
      code: "InvalidVpcID.NotFound",
    });
    await expect(
      create("aws:iam/rolePolicy:RolePolicy", { name: "p", role: "none", policy: "{}" }),
    ).rejects.toMatchObject({ code: "NoSuchEntity" });
  });

  it("a scaling policy of something that does not scale, and no other", async () => {
    const place = {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/prod/web",
    };
    const policy = { ...place, name: "cpu", policyType: "TargetTrackingScaling" };
    const scale = () => create("aws:appautoscaling/policy:Policy", policy);
    await expect(scale()).rejects.toThrow("No scalable target registered");
    await create("aws:appautoscaling/target:Target", { ...place, minCapacity: 1, maxCapacity: 2 });
    expect((await scale()).id).toBe("ecs/service/prod/web/ecs:service:DesiredCount/cpu");
  });

  it("deleting what others depend on, until they are gone", async () => {
    const network = await create(vpc, { cidrBlock: "10.0.0.0/16" });
    const made = await create(group, { name: "g", vpcId: network.id });
    const remove = (type: string, of: { id: string; outputs: Properties }) =>
      provider.delete({ type, name: "x" }, of.id, of.outputs);
    await expect(remove(vpc, network)).rejects.toMatchObject({ code: "DependencyViolation" });
    await remove(group, made);
    await remove(vpc, network);
    await remove(vpc, network);
    expect(await provider.read({ type: vpc, name: "x" }, network.id, {}, {})).toBeUndefined();
  });

  it.each([
    [role, { name: "r".repeat(65), assumeRolePolicy: "{}" }, "name"],
    [role, { name: "a b", assumeRolePolicy: "{}" }, "name"],
    [role, { name: "ok" }, "assumeRolePolicy"],
    [group, { name: "sg-mine" }, "name"],
    [group, { name: "ok", colour: "red" }, "colour"],
    ["aws:lb/targetGroup:TargetGroup", { name: "-x" }, "name"],
    [
      "aws:lb/listenerRule:ListenerRule",
      { listenerArn: "a", actions: [], conditions: [], priority: 0 },
      "priority",
    ],
  ])("%s %j, for its %s", (type, inputs, property) => {
    const { failures } = provider.check({ type, name: "x" }, {}, inputs, seed);
    expect(failures.map((failure) => failure.property)).toEqual([property]);
  });
});

describe("names", () => {
  const subject = { type: role, name: "web" };

  it("are made from the logical name where the program gives none, and kept", () => {
    const { inputs } = provider.check(subject, {}, { assumeRolePolicy: "{}" }, seed);
    expect(inputs["name"]).toBe("web-0102030");
    const later = provider.check(subject, inputs, { assumeRolePolicy: "{}" }, new Uint8Array([9, 9, 9, 9]));
    expect(later.inputs["name"]).toBe("web-0102030");
  });

  it("given by the program make a replacement delete first", () => {
    const before = { name: "task", path: "/a/" };
    expect(provider.diff(subject, before, { name: "task", path: "/b/" }).deleteBeforeReplace).toBe(true);
    expect(provider.diff(subject, before, { name: "other", path: "/b/" }).deleteBeforeReplace).toBe(false);
    const made = { name: "web-0102030", path: "/a/" };
    expect(provider.diff(subject, made, { ...made, path: "/b/" }).deleteBeforeReplace).toBe(false);
  });
});

it("policies are compared as documents", () => {
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const spaced = '{ "Statement": [], "Version": "2012-10-17" }';
  const subject = { type: role, name: "x" };
  expect(
    provider.diff(subject, { assumeRolePolicy: policy }, { assumeRolePolicy: spaced }).changes.size,
  ).toBe(0);
});
