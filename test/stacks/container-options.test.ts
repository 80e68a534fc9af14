import { expect, it } from "vitest";
import { digestA, oneService, run } from "./program.js";

/** The task definition and its containers of a service with these settings. */
async function withService(settings: Record<string, unknown>) {
  const services = { web: { repository: "hello", port: 8080, cpu: 512, memory: 1024, ...settings } };
  const digests = { web: digestA };
  const { find } = await run({
    stack: "dev",
    config: oneService({ "moorage:services": services, "moorage:digests": digests }),
  });
  const task = find("aws:ecs/taskDefinition:TaskDefinition");
  return {
    task,
    containers: JSON.parse(task["containerDefinitions"] as string) as Record<string, unknown>[],
  };
}

it("containers get what ECS has, each its own, as ECS gives it back", async () => {
  const { task, containers } = await withService({
    entrypoint: ["/entry"],
    init: true,
    capabilities: { drop: ["ALL"] },
    restartPolicy: { ignoredExitCodes: [0], attemptPeriod: "2m" },
    labels: { "com.example.b": "2", "com.example.a": "1" },
    limits: { cpu: 256, memory: 512, memoryReservation: 256 },
    ulimits: { nofile: 100_000 },
    ephemeralStorage: 40,
    sidecars: { agent: { image: "agent:1", restartPolicy: true, limits: { cpu: 256 }, essential: true } },
  });
  expect(task).toMatchObject({ ephemeralStorage: { sizeInGib: 40 } });
  expect(containers).toMatchObject([
    {
      entryPoint: ["/entry"],
      linuxParameters: { capabilities: { add: [], drop: ["ALL"] }, initProcessEnabled: true },
      restartPolicy: { enabled: true, ignoredExitCodes: [0], restartAttemptPeriod: 120 },
      dockerLabels: { "com.example.a": "1", "com.example.b": "2" },
      cpu: 256,
      memory: 512,
      memoryReservation: 256,
      ulimits: [{ name: "nofile", softLimit: 100_000, hardLimit: 100_000 }],
    },
    {
      restartPolicy: { enabled: true, ignoredExitCodes: [], restartAttemptPeriod: 300 },
      cpu: 256,
      essential: true,
    },
  ]);
});

it("what is not asked for is left out, so that task definitions of before stay as they are", async () => {
  const { task, containers } = await withService({});
  expect(task).not.toHaveProperty("ephemeralStorage");
  const asked = ["entryPoint", "restartPolicy", "dockerLabels", "cpu", "memory", "ulimits", "healthCheck"];
  expect(asked.filter((key) => key in (containers[0] ?? {}))).toEqual([]);
});

it.each([
  [{ entrypoint: [] }, /entrypoint: must have at least one word/],
  [
    { capabilities: { add: ["NET_ADMIN"] } },
    /capabilities\.add\.0: found "NET_ADMIN"; must be one of SYS_PTRACE/,
  ],
  [{ capabilities: { drop: ["NET"] } }, /capabilities\.drop\.0: found "NET"; must be one of ALL/],
  [
    { restartPolicy: { attemptPeriod: 59 } },
    /restartPolicy\.attemptPeriod: found 59; must be a whole number from 60 to 1800/,
  ],
  [{ ulimits: { nproc: 9 } }, /ulimits: "nproc" is not a setting/],
  [
    { ulimits: { nofile: { soft: 9, hard: 8 } } },
    /ulimits\.nofile: must not have a soft limit above the hard one/,
  ],
  [{ ephemeralStorage: 20 }, /ephemeralStorage: found 20; must be a whole number from 21 to 200/],
  [{ limits: { memory: 5 } }, /limits\.memory: found 5; must be a whole number from 6/],
  [
    { limits: { memory: 512, memoryReservation: 512 } },
    /limits\.memoryReservation: found 512; must be below memory \(512\)/,
  ],
  [
    { limits: { cpu: 400 }, sidecars: { agent: { image: "agent:1", limits: { cpu: 200 } } } },
    /sidecars\.agent\.limits\.cpu: makes 600 for all containers, and the task has 512/,
  ],
  [{ limits: { memory: 2048 } }, /limits\.memory: makes 2048 for all containers, and the task has 1024/],
  [
    { environmentFiles: ["arn:aws:s3:::bucket/file.env"] },
    /environmentFiles: Moorage reads no files from S3/,
  ],
  [{ labels: { "a b": "c" } }, /labels\.a b: is not a valid name/],
])("and AWS's limits hold: %o", async (settings, message) => {
  await expect(withService(settings)).rejects.toThrow(message);
});
