import { expect, it } from "vitest";
import { securityGroupName, targetGroupName } from "../../../stacks/components/names.js";
import { type Standing, securityGroupOf, targetGroupOf } from "../../../stacks/components/standing.js";

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

it("provider 15: another port is another security group; the old one lets the load balancer in until its tasks are gone", () => {
  const fixed = ["vpc-1", "Tasks of hello/web in pr-7"];
  const former = securityGroupName(owner, fixed);
  const at = (port: number, before?: Standing) => securityGroupOf(owner, { port }, fixed, before);
  expect(at(9090)).not.toBe(at(8080));
  expect(at(8080, standing({ securityGroup: at(8080), openPort: 8080 }))).toBe(at(8080));
  expect(at(8080, standing({ securityGroup: former, openPort: 8080 }))).toBe(former);
  expect(at(9090, standing({ securityGroup: former, openPort: 8080 }))).toBe(at(9090));
});
