import { expect, it } from "vitest";
import { Stage } from "./ecs-harness.js";

const definition = (bytes: number) => ({
  family: "web",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [
    { name: "web", image: "one", environment: [{ name: "A", value: "x".repeat(bytes) }] },
  ],
});

it("bug 7: a task definition of more than 64 KB is refused in ECS's words", async () => {
  const stage = new Stage({});
  const around = JSON.stringify(definition(0)).length;
  await stage.call("RegisterTaskDefinition", definition(65_536 - around));
  await expect(stage.call("RegisterTaskDefinition", definition(65_537 - around))).rejects.toMatchObject({
    code: "ClientException",
    message: "Actual length: '65537'. Max allowed length is '65536' bytes.",
  });
});
