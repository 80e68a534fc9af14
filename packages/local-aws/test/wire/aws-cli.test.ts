import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { createElbv2 } from "../../src/services/elbv2/elbv2.js";
import { createLogs } from "../../src/services/logs/logs.js";
import { createSsm } from "../../src/services/ssm/ssm.js";
import { Store } from "../../src/store.js";
import { createSts } from "../../src/services/sts/sts.js";
import { AwsCli } from "../clients/aws-cli.js";
import { describeWith, pythonTool, type PythonTool } from "../../../../test/harness/python-tool.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { serve } from "./serve.js";

/** The AWS CLI against an endpoint, with no settings of this machine's. */
function cliAt(tool: PythonTool, endpoint: string) {
  const cli = new AwsCli(tool);
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "222222222222",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_MAX_ATTEMPTS: "1",
  };
  return async (...args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await cli.start(args, env);
    if (code !== 0) throw new Error(stderr);
    return stdout.trim() === "" ? undefined : JSON.parse(stdout);
  };
}

describeWith(await pythonTool("awscli"), "the AWS CLI", (tool) => {
  it("is at home: JSON and Query services, errors, tags, dates", async () => {
    const folder = temporaryFolder();
    const store = Store.open(folder);
    const { endpoint } = await serve(
      {
        ssm: createSsm({ store, key: randomBytes(32) }),
        logs: createLogs({ store, folder: `${folder}/logs` }),
        sts: createSts("local"),
        elbv2: createElbv2({ store, pace: { factor: 20 } }),
      },
      store,
    );
    const aws = cliAt(tool, endpoint);
    expect(await aws("sts", "get-caller-identity")).toMatchObject({ Account: "222222222222" });
    await aws(
      "ssm",
      "put-parameter",
      "--name",
      "/v",
      "--value",
      "v1.2.3",
      "--type",
      "String",
      "--tags",
      "Key=a,Value=b",
    );
    expect(await aws("ssm", "get-parameter", "--name", "/v")).toMatchObject({
      Parameter: { Value: "v1.2.3", ARN: "arn:aws:ssm:eu-west-1:222222222222:parameter/v" },
    });
    await expect(aws("ssm", "get-parameter", "--name", "/none")).rejects.toThrow("(ParameterNotFound)");
    await aws("logs", "create-log-group", "--log-group-name", "/g");
    await aws("logs", "create-log-stream", "--log-group-name", "/g", "--log-stream-name", "s");
    const events = "timestamp=1000,message=fine timestamp=2000,message=ERROR".split(" ");
    await aws(
      "logs",
      "put-log-events",
      "--log-group-name",
      "/g",
      "--log-stream-name",
      "s",
      "--log-events",
      ...events,
    );
    expect(
      await aws("logs", "filter-log-events", "--log-group-name", "/g", "--filter-pattern", "ERROR"),
    ).toMatchObject({
      events: [{ logStreamName: "s", timestamp: 2000, message: "ERROR" }],
    });
    const group = [
      "--name",
      "web",
      "--port",
      "80",
      "--protocol",
      "HTTP",
      "--vpc-id",
      "vpc-1",
      "--target-type",
      "ip",
    ];
    await aws("elbv2", "create-target-group", ...group);
    expect(await aws("elbv2", "describe-target-groups", "--names", "web")).toMatchObject({
      TargetGroups: [{ TargetGroupName: "web", Port: 80, HealthCheckEnabled: true, LoadBalancerArns: [] }],
    });
    await expect(aws("elbv2", "describe-target-groups", "--names", "none")).rejects.toThrow(
      "(TargetGroupNotFound)",
    );
    await expect(aws("elbv2", "describe-trust-stores")).rejects.toThrow("(InvalidAction)");
  }, 60_000);
});
