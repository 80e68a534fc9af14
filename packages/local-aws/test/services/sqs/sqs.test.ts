import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../../../../test/harness/folder.js";
import { Cloud, type Site } from "../../../src/cloud.js";
import { Measurements, readMetric } from "../../../src/services/cloudwatch/metrics.js";
import { createSqs } from "../../../src/services/sqs/sqs.js";
import { Queues } from "../../../src/services/sqs/queues.js";
import { Store } from "../../../src/store.js";

const site: Site = { account: "111111111111", region: "us-east-1" };
const arn = "arn:aws:sqs:us-east-1:111111111111:dead";

function bench() {
  const store = Store.open(temporaryFolder());
  onTestFinished(() => store.flush());
  const queues = new Queues(store);
  const cloud = new Cloud({ sqs: createSqs(queues) });
  const attributes = async (QueueName = "dead") => {
    const { QueueUrl } = (await cloud.call("sqs", "GetQueueUrl", { QueueName }, site)) as {
      QueueUrl: string;
    };
    const told = await cloud.call("sqs", "GetQueueAttributes", { QueueUrl }, site);
    return (told as { Attributes: Record<string, string> }).Attributes;
  };
  const measured = (metricName: string) => {
    const metric = { namespace: "AWS/SQS", metricName, dimensions: { QueueName: "dead" }, stat: "Sum" };
    return readMetric(metric, new Measurements(queues).close(), {
      running: () => 0,
      healthyTargets: () => 0,
    });
  };
  return { queues, cloud, attributes, measured };
}

it("a queue that is not there is refused, takes no dead letter, and nothing is measured of it", async () => {
  const { queues, cloud, attributes, measured } = bench();
  await expect(attributes()).rejects.toMatchObject({ code: "QueueDoesNotExist" });
  for (const QueueUrl of ["https://sqs.us-east-1.amazonaws.com/111111111111/dead", "nonsense"])
    await expect(cloud.call("sqs", "GetQueueAttributes", { QueueUrl }, site)).rejects.toMatchObject({
      code: "QueueDoesNotExist",
    });
  expect(queues.send(arn, "{}")).toBe(false);
  expect(queues.all()).toEqual({});
  expect(measured("ApproximateNumberOfMessagesVisible")).toBe("missing");
  await expect(attributes("constructor")).rejects.toMatchObject({ code: "QueueDoesNotExist" });
});

it("SQS, CloudWatch and dead letters see one queue", async () => {
  const { queues, attributes, measured } = bench();
  queues.set("dead", { waiting: 2, inWork: 1 });
  expect(queues.send(arn, "{}")).toBe(true);
  expect(queues.all()).toEqual({ dead: { waiting: 3, inWork: 1 } });
  expect(await attributes()).toEqual({
    QueueArn: arn,
    ApproximateNumberOfMessages: "3",
    ApproximateNumberOfMessagesNotVisible: "1",
  });
  expect(measured("ApproximateNumberOfMessagesVisible")).toBe(3);
  expect(measured("ApproximateNumberOfMessagesNotVisible")).toBe(1);
  queues.set("dead", { waiting: 0, inWork: 0 });
  expect((await attributes())["ApproximateNumberOfMessages"]).toBe("0");
});
