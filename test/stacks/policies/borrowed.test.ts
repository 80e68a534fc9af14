import { describe, expect, it } from "vitest";
import { policyOf } from "../../../stacks/policies/generate.js";
import { ofStack, type Sample, scopeOf } from "./samples.js";
import { account, isAllowed } from "./simulate.js";

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:${account}:${resource}`;
const tags = (of: string, stack: string, project = "hello") => ({
  [`aws:${of}/moorage:project`]: project,
  [`aws:${of}/moorage:stack`]: stack,
});
const definition = (name: string) => arn("ecs", `task-definition/${name}:7`);

describe.each([
  { access: "preview", stack: "pr-42", identity: policyOf("preview", scopeOf("pr-*")) },
  { access: "deploy", stack: "dev", identity: policyOf("deploy", scopeOf("dev")) },
] as const)("F51, correctness 6: the role to $access", ({ stack, identity }) => {
  const resource = ofStack.service?.(stack).resource ?? "";
  const own = `hello-web-${stack}`;
  const others = ["hello-web-prod", "hello-web-eu_dev", "hello_world-web-dev", "hello_world-web-pr-42"];

  /** Roles are passed where a task definition is registered: whoever may run one has its roles and secrets. */
  it.each([
    { action: "ecs:CreateService", known: tags("RequestTag", stack) },
    { action: "ecs:UpdateService", known: tags("ResourceTag", stack) },
  ])("gives a service no other stack's task definition by $action", async ({ action, known }) => {
    const may = (name: string) =>
      isAllowed(
        { action, resource, context: { ...known, "ecs:task-definition": definition(name) } },
        { identity },
      );
    expect(await may(own)).toBe(true);
    // A change that leaves the task definition as it is names none.
    expect(await isAllowed({ action, resource, context: known }, { identity })).toBe(true);
    for (const name of others) expect([name, await may(name)]).toEqual([name, false]);
  });

  it.each([
    { action: "ec2:CreateTags", place: ofStack.ownSecurityGroup },
    { action: "elasticloadbalancing:AddTags", place: ofStack.balancingTags },
    { action: "ecs:TagResource", place: ofStack.ownService },
    { action: "ecs:TagResource", place: ofStack.ownTaskDefinition },
  ])("labels nothing of its own as another's by $action", async ({ action, place }) => {
    const sample: Sample = place?.(stack) ?? { resource: "" };
    const may = (more: Record<string, string>) =>
      isAllowed({ action, resource: sample.resource, context: { ...sample.context, ...more } }, { identity });
    expect(await may({ "aws:RequestTag/team": "web" })).toBe(true);
    expect(await may(tags("RequestTag", stack))).toBe(true);
    for (const other of ["prod", "foundation-dev"]) expect(await may(tags("RequestTag", other))).toBe(false);
    expect(await may({ "aws:RequestTag/moorage:stack": "prod" })).toBe(false);
    expect(await may({ "aws:RequestTag/moorage:project": "hello-world" })).toBe(false);
  });
});
