import { expect, it } from "vitest";
import { app, serviceInput, Stage } from "./ecs-harness.js";

const many = (count: number) => Array.from({ length: count }, (_, index) => `name-${index}`);

it("calls take as many as AWS's do and no more", async () => {
  const stage = new Stage({ one: app("one") });
  await stage.call("CreateCluster", { clusterName: "dev" });
  const refused = { code: "InvalidParameterException" };
  await stage.call("DescribeServices", { cluster: "dev", services: many(10) });
  await expect(stage.call("DescribeServices", { cluster: "dev", services: many(11) })).rejects.toMatchObject(
    refused,
  );
  await stage.call("DescribeTasks", { cluster: "dev", tasks: many(100) });
  await expect(stage.call("DescribeTasks", { cluster: "dev", tasks: many(101) })).rejects.toMatchObject(
    refused,
  );
  await stage.call("DescribeServiceDeployments", { serviceDeploymentArns: many(20) });
  await expect(
    stage.call("DescribeServiceDeployments", { serviceDeploymentArns: many(21) }),
  ).rejects.toMatchObject(refused);
});

it("tags are 50 at most, and none begins with aws:", async () => {
  const stage = new Stage({ one: app("one") });
  await stage.call("CreateCluster", { clusterName: "dev" });
  const input = { ...serviceInput(await stage.define("one")), desiredCount: 0 };
  const create = (keys: string[]) =>
    stage.call("CreateService", { ...input, tags: keys.map((key) => ({ key, value: "" })) });
  await expect(create(many(51))).rejects.toMatchObject({ code: "InvalidParameterException" });
  await expect(create(["aws:name"])).rejects.toMatchObject({ code: "InvalidParameterException" });
  await create(many(50));
});

/** Of the running tasks. */
async function taskTags(stage: Stage): Promise<unknown[]> {
  const { taskArns } = await stage.call<{ taskArns: string[] }>("ListTasks", { cluster: "dev" });
  const input = { cluster: "dev", tasks: taskArns, include: ["TAGS"] };
  const { tasks } = await stage.call<{ tasks: { tags?: unknown }[] }>("DescribeTasks", input);
  return tasks.map(({ tags }) => tags);
}

it("a task's tags are those of its service only when the service propagates them", async () => {
  const stage = new Stage({ one: app("one") });
  const tags = [{ key: "moorage:stack", value: "pr-42" }];
  await stage.create("one", { desiredCount: 1, tags });
  await stage.ends("SUCCESSFUL");
  expect(await taskTags(stage)).toEqual([[]]);
  const propagate = { propagateTags: "SERVICE", forceNewDeployment: true };
  await stage.call("UpdateService", { cluster: "dev", service: "web", ...propagate });
  await stage.ends("SUCCESSFUL");
  expect(await taskTags(stage)).toEqual([tags]);
});
