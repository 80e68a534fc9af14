import { describe, expect, it } from "vitest";
import type { StateResource } from "../../../../src/adapters/engine/engine.js";
import type { Context } from "../../../../src/context/context.js";
import { parseConfig } from "../../../../src/core/project/parse.js";
import { inPlace } from "../../../../src/features/deploy/in-place.js";
import { checkSpoken } from "../../../../src/features/deploy/plan/spoken.js";
import type { DeployRequest } from "../../../../src/features/deploy/request.js";

/** A state with a service that is reached by name and speaks that. */
function resourcesOf(appProtocol: string | undefined): StateResource[] {
  const resource = (type: string, name: string, inputs: Record<string, unknown>) =>
    ({ type, name, inputs, outputs: {} }) as unknown as StateResource;
  const mapping = { name: "api", containerPort: 8080, ...(appProtocol && { appProtocol }) };
  const containerDefinitions = JSON.stringify([
    { name: "sidecar" },
    { name: "api", portMappings: [mapping] },
  ]);
  const serviceConnectConfiguration = { enabled: true, services: [{ portName: "api" }] };
  return [
    resource("aws:ecs/service:Service", "api", { serviceConnectConfiguration }),
    resource("aws:ecs/service:Service", "web", { serviceConnectConfiguration: { enabled: true } }),
    resource("aws:ecs/taskDefinition:TaskDefinition", "api-task", { containerDefinitions }),
  ];
}

function check(before: string | undefined, protocol: string, exists = true): Promise<void> {
  const raw = {
    "moorage:app": "hello",
    "moorage:registry": "registry.example.com",
    "moorage:foundation": "foundation-dev",
    "moorage:services": {
      web: { repository: "hello", port: 8080 },
      api: { kind: "internal", repository: "hello", port: 8080, connect: { protocol, ingress: ["web"] } },
    },
  };
  const context = {
    project: "hello",
    engineSettings: {},
    target: { backendUrl: "https://state.example.com", engineEnv: {} },
    engine: () => Promise.resolve({ state: () => Promise.resolve({ resources: resourcesOf(before) }) }),
  } as unknown as Context;
  const request = { stack: "dev", raw, settings: {}, config: parseConfig(raw, "Pulumi.dev.yaml") };
  return checkSpoken(context, request as unknown as DeployRequest, { exists });
}

describe("what a service that is reached by name speaks", () => {
  it.each([
    ["http", "http"],
    [undefined, "tcp"],
  ])("may stay as it is: %s, %s", async (before, protocol) => {
    await expect(check(before, protocol)).resolves.toBeUndefined();
  });

  it.each([
    ["http", "grpc", /services\.api\.connect\.protocol changes from http to grpc/],
    [undefined, "http", /from tcp to http/],
    ["http2", "tcp", /from http2 to tcp/],
  ])("is changed in no service that is there: %s to %s", async (before, protocol, message) => {
    await expect(check(before, protocol)).rejects.toMatchObject({
      code: "plan-refused",
      exitCode: 1,
      message: expect.stringMatching(message) as string,
      hint: expect.stringContaining("a service of another name") as string,
    });
  });

  it("is free where the stack or the name is new", async () => {
    await expect(check("http", "grpc", false)).resolves.toBeUndefined();
    expect(inPlace(resourcesOf("grpc")).spoken).toEqual({ api: "grpc" });
    expect(inPlace([]).spoken).toEqual({});
  });
});
