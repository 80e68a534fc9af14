import { expect, it } from "vitest";
import { Stage } from "./ecs-harness.js";

it.each([
  [
    { linuxParameters: { capabilities: { add: ["NET_ADMIN"] } } },
    /only supports adding the capability SYS_PTRACE/,
  ],
  [{ linuxParameters: { sharedMemorySize: 64 } }, /does not support linuxParameters.sharedMemorySize/],
  [{ ulimits: [{ name: "nproc" as const, softLimit: 1, hardLimit: 1 }] }, /only supports the ulimit nofile/],
  [{ ulimits: [{ name: "nofile" as const, softLimit: 2, hardLimit: 1 }] }, /must not exceed its hard limit/],
  [{ restartPolicy: { enabled: true, restartAttemptPeriod: 30 } }, /between 60 and 1800 seconds/],
  [{ memory: 4 }, /at least 6 MiB/],
  [{ memory: 64, memoryReservation: 64 }, /greater than its memoryReservation/],
  [{ cpu: 512 }, /Invalid 'cpu' setting for task/],
  [{ memory: 1024 }, /Invalid 'memory' setting for task/],
  [
    { environmentFiles: [{ type: "s3" as const, value: "arn:aws:s3:::b/f.env" }] },
    /does not support environmentFiles/,
  ],
])("a container asks for no more than Fargate gives: %o", async (container, message) => {
  const stage = new Stage({});
  stage.container = container;
  await expect(stage.define("one")).rejects.toThrow(message);
});

it("a task's ephemeral storage is within AWS's range", async () => {
  const stage = new Stage({});
  const input = (sizeInGiB: number) => ({
    family: "web",
    requiresCompatibilities: ["FARGATE"],
    cpu: "256",
    memory: "512",
    containerDefinitions: [{ name: "web", image: "one" }],
    ephemeralStorage: { sizeInGiB },
  });
  await expect(stage.call("RegisterTaskDefinition", input(20))).rejects.toThrow(/between 21 and 200 GiB/);
  await stage.call("RegisterTaskDefinition", input(21));
});
