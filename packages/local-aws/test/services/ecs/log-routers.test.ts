import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import { expect, it } from "vitest";
import { hostArchitecture } from "../../../src/images/platform.js";
import { checkRouters } from "../../../src/services/ecs/log-routers.js";
import type { TaskDefinitionRow, TaskRow } from "../../../src/services/ecs/rows.js";
import { taskSpec } from "../../../src/services/ecs/task-spec.js";

const router = {
  name: "router",
  firelensConfiguration: { type: "fluentbit" as const },
  logConfiguration: {
    logDriver: "awslogs" as const,
    options: { "awslogs-group": "/ecs/dev/web", "awslogs-stream-prefix": "ecs" },
  },
};
const web = { name: "web", logConfiguration: { logDriver: "awsfirelens" as const, options: {} } };

it.each<[ContainerDefinition[], RegExp]>([
  [[web], /no container has a firelensConfiguration/],
  [[router, { ...router, name: "b" }], /takes one container/],
  [
    [{ ...router, firelensConfiguration: { type: "fluentbit", options: { "config-file-type": "s3" } } }],
    /only support the config-file-type file/,
  ],
])("ECS refuses the containers %j", (definitions, message) => {
  expect(() => checkRouters(definitions)).toThrow(message);
});

it("what is logged through a router that is not played stays readable, and it is said", async () => {
  checkRouters([web, router]);
  const task = { id: "1", site: { account: "1", region: "r" }, overrides: {} } as TaskRow;
  const row = { definition: { containerDefinitions: [web, router] } } as unknown as TaskDefinitionRow;
  const { containers } = await taskSpec(task, row, undefined);
  expect(containers.map(({ log }) => log)).toEqual([
    { group: "/ecs/dev/web", prefix: "ecs" },
    { group: "/ecs/dev/web", prefix: "ecs" },
  ]);
  expect(containers.map(({ unplayed }) => unplayed?.join())).toEqual([
    "has its lines in its log router's log group: FireLens is not rehearsed",
    "",
  ]);
});

it("a task of another architecture than this machine's runs here all the same, and it is said", async () => {
  const task = { id: "1", site: { account: "1", region: "r" }, overrides: {} } as TaskRow;
  const unplayed = async (cpuArchitecture: "X86_64" | "ARM64") => {
    const definition = { containerDefinitions: [router], runtimePlatform: { cpuArchitecture } };
    const { containers } = await taskSpec(task, { definition } as unknown as TaskDefinitionRow, undefined);
    return containers[0]?.unplayed;
  };
  const [own, other] =
    hostArchitecture() === "arm64" ? (["ARM64", "X86_64"] as const) : (["X86_64", "ARM64"] as const);
  expect(await unplayed(own)).toEqual([]);
  expect(await unplayed(other)).toEqual([`runs on this machine's ${hostArchitecture()}, not on ${other}`]);
});
