import { expect, it } from "vitest";
import { service } from "../../src/core/project/service-schema.js";
import { oneService, run } from "./program.js";

const key = "arn:aws:secretsmanager:us-east-1:111111111111:secret:hello/dev/key-AbCdEf";
const logging = { options: { Name: "newrelic", Match: "*" }, secretOptions: { apiKey: key } };
const router = {
  image: "fluent-bit:1",
  essential: true,
  firelens: { options: { "enable-ecs-log-metadata": "true" } },
};
const web = { repository: "hello", port: 8080, logging, sidecars: { router, agent: { image: "agent:1" } } };

interface Container {
  name: string;
  logConfiguration: { logDriver: string };
}

async function containersOf(stack: string) {
  const { find } = await run({ stack, config: oneService({ "moorage:services": { web } }) });
  const definitions = find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"] as string;
  return { find, containers: JSON.parse(definitions) as Container[] };
}

it("a container logs through the task's router, whose own log is in CloudWatch, and the agent may read its secrets", async () => {
  const { find, containers } = await containersOf("dev");
  const [app, agent, routes] = containers;
  expect(app).toMatchObject({
    logConfiguration: {
      logDriver: "awsfirelens",
      options: { Match: "*", Name: "newrelic" },
      secretOptions: [{ name: "apiKey", valueFrom: key }],
    },
  });
  expect(agent?.logConfiguration.logDriver).toBe("awslogs");
  expect(routes).toMatchObject({
    essential: true,
    firelensConfiguration: { type: "fluentbit", options: { "enable-ecs-log-metadata": "true" } },
    logConfiguration: { logDriver: "awslogs" },
  });
  expect(find("aws:iam/rolePolicy:RolePolicy", "web-secrets")["policy"]).toContain(key);
});

it("a preview logs to CloudWatch, and gets no secret of the router's", async () => {
  const { containers } = await containersOf("pr-7");
  expect(new Set(containers.map(({ logConfiguration }) => logConfiguration.logDriver))).toEqual(
    new Set(["awslogs"]),
  );
});

it.each([
  [{}, /logging: .*|needs a log router/],
  [{ router: { ...router, essential: false } }, /must be true: without its log router/],
  [{ router, other: router }, /is a second log router/],
  [{ router: { ...router, logging } }, /is the log router's own/],
  [{ router: { ...router, dependsOn: { a: "START" } }, a: {} }, /the log router starts first/],
  [
    { router: { ...router, firelens: { options: { "config-file-type": "s3" } } } },
    /must be file: Fargate takes no configuration from S3/,
  ],
  [
    { router: { ...router, firelens: { options: { "config-file-type": "file" } } } },
    /config-file-value.*is missing/s,
  ],
  [{ router: { ...router, firelens: { options: { "config-file": "/x" } } } }, /is no option of a log router/],
])("sidecars %j are a mistake that is told", (sidecars, message) => {
  expect(() => service.parse({ ...web, sidecars })).toThrow(message);
});

it("an option of a log driver is plain or secret, not both", () => {
  const both = { options: { apiKey: "a" }, secretOptions: { apiKey: key } };
  expect(() => service.parse({ ...web, logging: both, sidecars: { router } })).toThrow(/is in `options` too/);
});
