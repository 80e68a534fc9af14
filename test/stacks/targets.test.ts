import { expect, it } from "vitest";
import { oneService, run } from "./program.js";

const targetGroup = "aws:lb/targetGroup:TargetGroup";
const front = { target: { container: "nginx", port: 8087 }, sidecars: { nginx: { image: "nginx:1.27" } } };

async function withService(settings: Record<string, unknown>, stack = "dev") {
  const services = { web: { repository: "hello", port: 8080, ...settings } };
  return run({ stack, config: oneService({ "moorage:services": services }) });
}

it.each([
  [{ stickiness: true }, { stickiness: { enabled: true, type: "lb_cookie", cookieDuration: 86_400 } }],
  [
    { stickiness: { duration: "1h" } },
    { stickiness: { enabled: true, type: "lb_cookie", cookieDuration: 3_600 } },
  ],
  [
    { stickiness: { cookie: "SESSION" } },
    { stickiness: { enabled: true, type: "app_cookie", cookieDuration: 86_400, cookieName: "SESSION" } },
  ],
  [{ slowStart: 30 }, { slowStart: 30 }],
  [{ algorithm: "least_outstanding_requests" }, { loadBalancingAlgorithmType: "least_outstanding_requests" }],
  [{ health: { port: 9000 } }, { healthCheck: { port: "9000" } }],
])("a target group with %o", async (settings, inputs) => {
  expect((await withService(settings)).find(targetGroup)).toMatchObject(inputs);
});

it("a target group without these settings declares none of them", async () => {
  const inputs = (await withService({})).find(targetGroup);
  for (const key of ["stickiness", "slowStart", "loadBalancingAlgorithmType"])
    expect(inputs).not.toHaveProperty(key);
  expect(inputs).toMatchObject({ healthCheck: { port: "traffic-port" } });
});

it("a sidecar takes the requests at its own port, and the health check asks the app", async () => {
  const { find } = await withService({ ...front, health: { port: 8080 } });
  expect(find("aws:ecs/service:Service")["loadBalancers"]).toMatchObject([
    { containerName: "nginx", containerPort: 8087 },
  ]);
  expect(find(targetGroup)).toMatchObject({ port: 8087, healthCheck: { port: "8080" } });
  expect(find("aws:ec2/securityGroup:SecurityGroup")["ingress"]).toMatchObject([
    { fromPort: 8087 },
    { fromPort: 8080 },
  ]);
  const task = find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"] as string;
  const containers = JSON.parse(task) as {
    portMappings: { containerPort: number }[];
    environment: object[];
  }[];
  expect(
    containers.map(({ portMappings }) => portMappings.map(({ containerPort }) => containerPort)),
  ).toEqual([[8080], [8087]]);
  expect(containers[1]?.environment).toContainEqual({ name: "PORT", value: "8087" });
});

it("tasks have further security groups, and F51: those of previews do not", async () => {
  const groups = async (stack: string) => {
    const { find } = await withService({ securityGroups: ["sg-database"] }, stack);
    const { networkConfiguration } = find("aws:ecs/service:Service") as {
      networkConfiguration: { securityGroups: string[] };
    };
    return networkConfiguration.securityGroups;
  };
  expect(await groups("dev")).toEqual(["web-tasks-id", "sg-database"]);
  expect(await groups("pr-7")).toEqual(["web-tasks-id"]);
});

it.each([
  [{ slowStart: 29 }, /slowStart: .*from 30 to 900/],
  [
    { slowStart: 60, algorithm: "weighted_random" },
    /slowStart: .*not possible with `algorithm: weighted_random`/,
  ],
  [{ stickiness: { type: "app_cookie" } }, /stickiness\.cookie: is missing/],
  [{ stickiness: { type: "lb_cookie", cookie: "A" } }, /stickiness\.cookie: .*type: app_cookie/],
  [{ stickiness: { cookie: "AWSALBAPP" } }, /stickiness\.cookie: .*keeps for itself/],
  [{ stickiness: { duration: 604_801 } }, /stickiness\.duration/],
  [
    { target: { container: "ngnx", port: 80 }, sidecars: { nginx: {} } },
    /target\.container: .*is not a sidecar .*nginx/,
  ],
  [{ target: { container: "constructor", port: 80 } }, /target\.container: .*is not a sidecar/],
  [{ stickiness: false }, /stickiness: .*must be true, or \{ type/],
  [{ dependsOn: { constructor: "START" } }, /dependsOn\.constructor: is not a sidecar/],
  [{ sidecars: { web: {} } }, /sidecars\.web: has the service's name/],
  [{ restartPolicy: false }, /restartPolicy: .*must be true, or an object/],
  [{ hosts: [] }, /hosts: .*must not be an empty list/],
  [{ ...front, port: 8087 }, /target\.port: .*share its network/],
  [{ securityGroups: ["database"] }, /securityGroups\.0: .*sg-/],
  [{ securityGroups: ["sg-1", "sg-2", "sg-3", "sg-4", "sg-5"] }, /securityGroups: .*at most 4/],
])("%o is a mistake", async (settings, message) => {
  await expect(withService(settings)).rejects.toThrow(message);
});
