import type { ServiceRegistry } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { app, Stage } from "./ecs-harness.js";

const registryArn = "arn:aws:servicediscovery:us-east-1:111111111111:service/srv-0123456789abcdef";
const stopped = { desiredCount: 0, loadBalancers: [] };

function staged(serviceRegistries: ServiceRegistry[]) {
  const stage = new Stage({ web: app("web") });
  return { stage, created: stage.create("web", { ...stopped, serviceRegistries }) };
}

describe("a service's registry", () => {
  it("is shown, and named among what is not rehearsed, until the service has none", async () => {
    const { stage, created } = staged([{ registryArn }]);
    await created;
    expect((await stage.service()).serviceRegistries).toEqual([{ registryArn }]);
    expect(stage.ecs.unplayed()).toEqual([
      "web has no DNS name of Cloud Map (srv-0123456789abcdef) here: callers outside of its stack do not find it",
    ]);
    const before = (await stage.service()).deployments?.[0]?.id;
    await stage.call("UpdateService", { cluster: "dev", service: "web", serviceRegistries: [] });
    const after = await stage.service();
    expect(after.serviceRegistries).toEqual([]);
    expect(after.deployments?.[0]?.id).not.toBe(before);
    expect(stage.ecs.unplayed()).toEqual([]);
  });

  it.each<[string, ServiceRegistry[]]>([
    ["a port", [{ registryArn, port: 8080 }]],
    ["a container's port", [{ registryArn, containerName: "web", containerPort: 8080 }]],
  ])("has %s for an SRV record", async (_title, registries) => {
    const { stage, created } = staged(registries);
    await created;
    expect((await stage.service()).serviceRegistries).toEqual(registries);
  });

  it.each<[string, ServiceRegistry[], RegExp]>([
    ["two of them", [{ registryArn }, { registryArn }], /at most one service registry/],
    ["none named", [{}], /registry '' is invalid/],
    ["a namespace", [{ registryArn: registryArn.replace("service/srv", "namespace/ns") }], /is invalid/],
    ["port 0", [{ registryArn, port: 0 }], /between 1 and 65535/],
    ["two ports", [{ registryArn, port: 8080, containerName: "web", containerPort: 8080 }], /and not both/],
    [
      "no such container",
      [{ registryArn, containerName: "x", containerPort: 8080 }],
      /x has no container port 8080/,
    ],
    ["a container alone", [{ registryArn, containerName: "web" }], /web has no container port/],
  ])("is refused: %s", async (_title, registries, message) => {
    await expect(staged(registries).created).rejects.toThrow(message);
  });
});
