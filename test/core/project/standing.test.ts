import { expect, it } from "vitest";
import { securityGroupName, targetGroupName } from "../../../src/core/project/aws-names.js";
import { type Standing, securityGroupOf, targetGroupOf } from "../../../src/core/project/standing.js";

const owner = { app: "hello", service: "web", stack: "pr-7" };
const listener = (balancer: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/${balancer}/50dc6c495c0c9188/f2f7dc8efc522ab2`;
const place = { vpc: "vpc-1", listener: listener("lb1") };
const http = { port: 8080, protocol: "HTTP" } as const;
const made = targetGroupOf(owner, http, place, undefined);
const standing = (changes: Partial<Standing> = {}): Standing => ({
  targetGroup: made.name,
  port: 8080,
  listener: place.listener,
  ...changes,
});

it("provider 15: a target group stays when the port changes, and keeps the port that it was made with", () => {
  expect(targetGroupOf(owner, { ...http, port: 9090 }, place, standing())).toEqual(made);
});

it("F57: a target group whose name has the port in it stays too", () => {
  const former = targetGroupName(owner, ["vpc-1", 8080, "HTTP"]);
  const before = standing({ targetGroup: former });
  expect(targetGroupOf(owner, http, place, before)).toEqual({ name: former, port: 8080 });
  expect(targetGroupOf(owner, { ...http, port: 9090 }, place, before)).toEqual({ name: former, port: 8080 });
});

it.each([
  ["another load balancer", http, { ...place, listener: listener("lb2") }],
  ["another network", http, { ...place, vpc: "vpc-2" }],
  ["another protocol", { ...http, protocol: "HTTPS" } as const, place],
])("provider 14: %s makes another name, so that the new group stands beside the old", (_what, config, at) => {
  for (const targetGroup of [made.name, targetGroupName(owner, ["vpc-1", 8080, "HTTP"])]) {
    expect(targetGroupOf(owner, config, at, standing({ targetGroup })).name).not.toBe(targetGroup);
  }
});

it("provider 15: another port stays in the security group, which lets the load balancer in at the old one too", () => {
  const fixed = ["vpc-1", "Tasks of hello/web in pr-7"];
  const name = securityGroupName(owner, fixed);
  const at = (port: number, before?: Standing) => securityGroupOf(owner, { port }, fixed, before);
  expect(at(8080)).toEqual({ name, ports: [8080] });
  const first = standing({ securityGroup: name, openPorts: [8080], taskPort: 8080 });
  expect(at(8080, first)).toEqual({ name, ports: [8080] });
  expect(at(9090, first)).toEqual({ name, ports: [9090, 8080] });
  const second = { ...first, openPorts: [9090, 8080], taskPort: 9090 };
  expect([at(9090, second).ports, at(8080, second).ports]).toEqual([second.openPorts, second.openPorts]);
  expect(at(7070, second).ports).toEqual([7070, 9090]);
  // ECS went back to the tasks of the port before.
  expect(at(7070, { ...second, taskPort: 8080 }).ports).toEqual([7070, 8080]);
});

it("F57: a security group whose name has the port in it stays too", () => {
  const fixed = ["vpc-1", "Tasks of hello/web in pr-7"];
  const former = securityGroupName(owner, [...fixed, "8080"]);
  const before = standing({ securityGroup: former, openPorts: [8080], taskPort: 8080 });
  expect(securityGroupOf(owner, { port: 9090 }, fixed, before)).toEqual({
    name: former,
    ports: [9090, 8080],
  });
});
