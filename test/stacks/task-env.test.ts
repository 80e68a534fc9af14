import { expect, it } from "vitest";
import { parseConfig } from "../../src/core/project/parse.js";
import { containerDefinitions } from "../../stacks/components/container.js";
import { targetVariables } from "../../stacks/components/task-env.js";

const told = {
  AWS_ENDPOINT_URL_SQS: "http://127.0.0.1:4566",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "111111111111",
  AWS_SECRET_ACCESS_KEY: "local",
};

it("what the configuration sets wins over what the target tells, as a variable or a secret", () => {
  expect(targetVariables(told, {})).toEqual(told);
  expect(targetVariables(told, { AWS_REGION: "eu-west-1" })).not.toHaveProperty("AWS_REGION");
  const credentials = targetVariables(told, { AWS_ACCESS_KEY_ID: "arn:aws:ssm:..." });
  expect(Object.keys(credentials)).toEqual(["AWS_ENDPOINT_URL_SQS", "AWS_REGION"]);
  expect(Object.keys(targetVariables(told, { AWS_PROFILE: "x" }))).toEqual(Object.keys(credentials));
});

it("every container of a task is told, and a name is never both a variable and a secret", () => {
  const secret = "arn:aws:ssm:us-east-1:111111111111:parameter/url";
  const { services } = parseConfig(
    {
      "moorage:app": "hello",
      "moorage:services": {
        web: {
          repository: "hello",
          port: 80,
          env: { AWS_REGION: "eu-west-1" },
          secrets: { AWS_ENDPOINT_URL_SQS: secret },
          sidecars: { worker: { command: ["node"] } },
        },
      },
      "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
      "moorage:foundation": "foundation-dev",
    },
    "test",
  );
  const config = services["web"];
  if (config === undefined) throw new Error("no service");
  const containers = JSON.parse(
    containerDefinitions({
      ...{ owner: { app: "hello", service: "web", stack: "dev" }, config, taskEnv: told },
      ...{ surroundings: { region: "us-east-1" }, image: "x", imageTag: "v1", logGroup: "/x" },
    }),
  ) as { environment: { name: string; value: string }[]; secrets: { name: string }[] }[];
  const [app, sidecar] = containers.map(({ environment }) =>
    Object.fromEntries(environment.map(({ name, value }) => [name, value])),
  );
  expect(app).toMatchObject({ AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "111111111111" });
  expect(app).not.toHaveProperty("AWS_ENDPOINT_URL_SQS");
  expect(containers[0]?.secrets.map(({ name }) => name)).toEqual(["AWS_ENDPOINT_URL_SQS"]);
  expect(sidecar).toMatchObject(told);
});

it.each([
  [{ endpoints: { sqs: "http://emulator:4566" } }, "on loopback"],
  [{ endpoints: { kinesis: "http://127.0.0.1:1" } }, '"kinesis" is not a setting'],
  [{ endpoint: {} }, '"endpoint" is not a setting'],
])("moorage:local %j is a mistake with its path", (local, mistake) => {
  const read = () => parseConfig({ "moorage:app": "hello", "moorage:local": local }, "Pulumi.dev.yaml");
  expect(read).toThrow(mistake);
  expect(read).toThrow("moorage:local");
});
