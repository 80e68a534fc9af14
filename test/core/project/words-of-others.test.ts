import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";

const base = {
  "moorage:app": "shop",
  "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
  "moorage:foundation": "foundation-dev",
};
const web = { repository: "shop", port: 8080 };
const worker = { repository: "shop" };
const job = { service: "web", command: ["node", "gc.js"] };

function parsed(services: object, jobs?: object) {
  const raw = { ...base, "moorage:services": services, ...(jobs && { "moorage:jobs": jobs }) };
  return parseConfig(raw, "Pulumi.dev.yaml");
}

describe("what people know from elsewhere is answered with what to write here", () => {
  it.each<[object, RegExp]>([
    [
      { web: { ...web, discovery: "dns" } },
      /discovery: found "?dns"?; must be an object such as \{ registry: arn:/,
    ],
    [{ web: { ...worker, schedule: "rate(1 day)" } }, /one of `moorage:jobs`/],
    [{ web: { ...web, replicas: 2 } }, /write desiredCount/],
    [{ web: { ...web, environment: { A: "b" } } }, /write env/],
    [
      { web: { ...web, connect: true } },
      /connect: found true; must be an object such as \{ ingress: \[web\] \}/,
    ],
    [{ web: { ...web, healthcheck: "curl localhost" } }, /must be an object such as \{ command: /],
    [
      { web: { ...web, healthcheck: { test: ["CMD", "true"] } } },
      /"test" is not a setting \(write command\)/,
    ],
    [
      { web: { ...worker, autoscaling: { min: 0, max: 5, queue: "mail" } } },
      /such as \{ name: mail, perTask: 10 \}/,
    ],
    [
      {
        web: { ...worker, autoscaling: { min: 0, max: 5, queue: { name: "mail", steps: [{ change: 1 }] } } },
      },
      /queue\.steps: must be two steps or more/,
    ],
    [{ web: { ...web, dependsOn: { db: "HEALTHY" } } }, /is not a sidecar \(there is none here\)/],
  ])("%j", (services, message) => {
    expect(() => parsed(services)).toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ cron: "0 22 * * *" }, /"cron" is not a setting \(write schedule: "cron\(0 22/],
    [{ rate: "1 day" }, /"rate" is not a setting \(write schedule: "rate/],
    [{ on: "aws.s3" }, /on: found "aws.s3"; must be an object such as \{ source: aws\.s3/],
    [{ schedule: "rate(1 day)", on: { source: "a" } }, /make it two jobs, or leave one out/],
  ])("of a job: %j", (settings, message) => {
    expect(() => parsed({ web }, { gc: { ...job, ...settings } })).toThrow(message);
  });
});
