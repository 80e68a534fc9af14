import { describe, expect, it } from "vitest";
import type { Properties } from "../../src/provider/values.js";
import { openTarget } from "./target.js";

const open = openTarget();

/** One of each kind of service that is tagged, and its codes. Source: each service's API reference. */
const types: [type: string, inputs: Properties, invalid: string, tooMany: string][] = [
  [
    "aws:acm/certificate:Certificate",
    { domainName: "a.example.com" },
    "InvalidTagException",
    "TooManyTagsException",
  ],
  [
    "aws:appautoscaling/target:Target",
    { serviceNamespace: "custom", resourceId: "r", scalableDimension: "d", minCapacity: 1, maxCapacity: 1 },
    "ValidationException",
    "TooManyTagsException",
  ],
  [
    "aws:cloudwatch/logGroup:LogGroup",
    { name: "/ecs/a" },
    "InvalidParameterException",
    "TooManyTagsException",
  ],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", { name: "a" }, "InvalidParameterValue", "InvalidParameterValue"],
  ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, "InvalidParameterValue", "TagLimitExceeded"],
  ["aws:ecr/repository:Repository", { name: "app" }, "InvalidTagParameterException", "TooManyTagsException"],
  ["aws:ecs/cluster:Cluster", { name: "dev" }, "InvalidParameterException", "InvalidParameterException"],
  ["aws:iam/role:Role", { name: "r", assumeRolePolicy: "{}" }, "InvalidInput", "LimitExceeded"],
  ["aws:kms/key:Key", {}, "TagException", "LimitExceededException"],
  [
    "aws:lb/targetGroup:TargetGroup",
    { name: "t", port: 80, protocol: "HTTP", targetType: "ip", vpcId: "vpc-1" },
    "ValidationError",
    "TooManyTags",
  ],
  ["aws:s3/bucket:Bucket", { bucket: "app-state" }, "InvalidTag", "BadRequest"],
  [
    "aws:secretsmanager/secret:Secret",
    { name: "s" },
    "InvalidParameterException",
    "InvalidParameterException",
  ],
  [
    "aws:ssm/parameter:Parameter",
    { name: "/a", type: "String", value: "v" },
    "ValidationException",
    "TooManyTagsError",
  ],
];

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, ""]));

describe("tags, in the words of each service", () => {
  it.each(types)(
    "%s: 50 at most, keys of 1 to 128 characters, values of 256, none with aws:",
    async (type, inputs, invalid, tooMany) => {
      const { create } = await open();
      const refused: [Properties, string][] = [
        [{ "": "x" }, invalid],
        [{ ["k".repeat(129)]: "x" }, invalid],
        [{ key: "v".repeat(257) }, invalid],
        [{ "AWS:key": "x" }, invalid],
        [many(51), tooMany],
      ];
      for (const [tags, code] of refused) {
        await expect(create(type, { ...inputs, tags }), JSON.stringify(tags)).rejects.toMatchObject({ code });
      }
      await create(type, { ...inputs, tags: { ...many(49), ["k".repeat(128)]: "v".repeat(256) } });
    },
  );

  // Source: IAM and Elastic Load Balancing, type `Tag`, pattern; EC2 and KMS allow any character.
  it("some services allow letters, digits, spaces and _.:/=+-@ only", async () => {
    const { create } = await open();
    const tags = { "a#b": "x" };
    const role = { name: "r", assumeRolePolicy: "{}" };
    await expect(create("aws:iam/role:Role", { ...role, tags })).rejects.toMatchObject({
      code: "InvalidInput",
    });
    await create("aws:iam/role:Role", { ...role, tags: { "Größe/м": "a b_.:/=+-@" } });
    await create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags });
  });

  // Source: IAM user guide, "Tags for IAM resources", case sensitivity.
  it("keys of a role's tags that differ in case are one key; of a policy's they are two", async () => {
    const { create } = await open();
    const tags = { Team: "a", team: "b" };
    const role = { name: "r", assumeRolePolicy: "{}", tags };
    await expect(create("aws:iam/role:Role", role)).rejects.toMatchObject({ code: "InvalidInput" });
    await create("aws:iam/policy:Policy", { name: "p", policy: "{}", tags });
  });

  // Source: ECS and Elastic Load Balancing, type `Tag`: the prefix is reserved for keys and values.
  it("values with aws: are refused where the prefix is reserved for values too", async () => {
    const { create } = await open();
    const tags = { key: "aws:value" };
    const cluster = { name: "dev", tags };
    await expect(create("aws:ecs/cluster:Cluster", cluster)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
    await create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", tags });
  });

  // Source: SSM, PutParameter, `Tags`.
  it("PutParameter takes no tags with Overwrite; the provider adds them afterwards", async () => {
    const { call, create } = await open();
    const put = { Name: "/a", Value: "v", Type: "String", Overwrite: true, Tags: [{ Key: "a", Value: "b" }] };
    await expect(call("ssm", "PutParameter", put)).rejects.toMatchObject({
      code: "ValidationException",
    });
    const { outputs } = await create("aws:ssm/parameter:Parameter", {
      name: "/a",
      type: "String",
      value: "v",
      overwrite: true,
      tags: { a: "b" },
    });
    expect(outputs["tags"]).toEqual({ a: "b" });
  });
});

// Source: terraform-provider-aws, the generated `updateTags`: `oldTags.Removed(newTags)`, then `oldTags.Updated(newTags)`.
describe("provider 12: a change of tags sends the difference", () => {
  const olds = { kept: "1", changed: "1", gone: "1" };
  const news = { kept: "1", changed: "2", added: "1" };
  const tagging = /^(Tag|Untag|AddTags|RemoveTags)/;
  const calls: { operation: string; input: unknown }[] = [];
  const gate = ({ operation, input }: { operation: string; input: unknown }) => {
    if (tagging.test(operation)) calls.push({ operation, input });
  };
  const listed = (pair: string) => expect.stringMatching(new RegExp(pair, "i")) as string;

  it.each(types.filter(([type]) => !/acm|appautoscaling|metricAlarm|ec2|iam|kms|s3/.test(type)))(
    "of %s",
    async (type, inputs) => {
      calls.length = 0;
      const { create, update, read } = await open(gate);
      const before = { ...inputs, tags: olds };
      const made = await create(type, before);
      await update(type, made, before, { ...inputs, tags: news });
      const [removed, put, ...others] = calls;
      expect(others).toEqual([]);
      expect(JSON.stringify(removed?.input)).toEqual(listed('"gone"'));
      expect(JSON.stringify(removed?.input)).not.toContain("kept");
      const sent = JSON.stringify(put?.input);
      expect(sent).toEqual(listed("changed.*added"));
      expect(sent).not.toContain("kept");
      expect((await read(type, made))?.outputs["tags"]).toEqual(news);
      calls.length = 0;
      await update(type, made, { ...inputs, tags: news }, { ...inputs, tags: news });
      expect(calls).toEqual([]);
    },
  );
});
