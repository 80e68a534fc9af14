import { expect, it } from "vitest";
import { parseClass } from "../../src/provider/installed-schema.js";
import { typeSchema } from "../../src/provider/schema.js";

it("reads inputs, required inputs and computed outputs of the installed package's class", () => {
  const schema = typeSchema("aws:lb/listenerRule:ListenerRule");
  expect(schema?.required).toEqual(["actions", "conditions", "listenerArn"]);
  expect([...(schema?.inputs ?? [])]).toContain("priority");
  expect(schema?.computed).toEqual(["arn", "tagsAll"]);
});

it("knows inputs that have a default or are secrets", () => {
  expect([...(typeSchema("aws:ec2/securityGroup:SecurityGroup")?.inputs ?? [])]).toContain("description");
  expect([...(typeSchema("aws:ssm/parameter:Parameter")?.inputs ?? [])]).toContain("value");
});

it.each(["aws:ecs/nothing:Nothing", "aws:../../../etc/passwd:X", "aws", "aws:ecs/index:Index"])(
  "knows no type %s",
  (token) => {
    expect(typeSchema(token)).toBeUndefined();
  },
);

it("finds no type in a file that is no resource class", () => {
  expect(parseClass("exports.x = 1;")).toBeUndefined();
});
