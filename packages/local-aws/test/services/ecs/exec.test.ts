import type {
  CreateServiceRequest,
  ExecuteCommandResponse,
  RunTaskResponse,
  Task,
} from "@aws-sdk/client-ecs";
import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { splitCommand } from "../../../src/services/ecs/split-command.js";
import { until } from "../../tasks/tasks-harness.js";
import { app, serviceInput, Stage } from "./ecs-harness.js";

async function running(changes: Partial<CreateServiceRequest>): Promise<{ stage: Stage; task: Task }> {
  const stage = new Stage({ one: app("one") });
  await stage.create("one", changes);
  const task = await until(async () =>
    (await stage.tasks("RUNNING")).find((one) => one.lastStatus === "RUNNING"),
  );
  return { stage, task };
}

function ask(stage: Stage, input: object): Promise<ExecuteCommandResponse> {
  return stage.call("ExecuteCommand", { cluster: "dev", interactive: true, command: "/bin/sh", ...input });
}

const notEnabled = {
  code: "InvalidParameterException",
  message: expect.stringMatching(/execute command was not enabled when the task was run/) as string,
};

describe("ExecuteCommand", () => {
  it("runs a command where the container's process runs, once for each session", async () => {
    const { stage, task } = await running({ enableExecuteCommand: true });
    expect(task).toMatchObject({
      enableExecuteCommand: true,
      containers: [{ managedAgents: [{ name: "ExecuteCommandAgent", lastStatus: "RUNNING" }] }],
    });
    const command = `node -e 'console.log(process.env.PORT, process.argv[1])' 'two words'`;
    const { session, containerName } = await ask(stage, { task: task.taskArn, command });
    expect(containerName).toBe("web");
    const { file, args, cwd, env } = stage.ecs.session(session?.tokenValue ?? "", false);
    const { stdout } = spawnSync(file, args, { cwd, env, encoding: "utf8" });
    const port = task.containers?.[0]?.networkBindings?.[0]?.hostPort;
    expect(stdout).toBe(`${String(port)} two words\n`);
    expect(() => stage.ecs.session(session?.tokenValue ?? "", false)).toThrow(/not enabled/);
  });

  it("is refused where AWS refuses it", async () => {
    const { stage, task } = await running({ enableExecuteCommand: true });
    const { taskArn } = task;
    await expect(ask(stage, { task: taskArn, interactive: false })).rejects.toThrow(/Interactive/);
    await expect(ask(stage, { task: "0".repeat(32) })).rejects.toThrow(/task was not found/);
    await expect(ask(stage, { task: taskArn, container: "db" })).rejects.toThrow(/container db/);
    await expect(ask(stage, { task: taskArn, cluster: "prod" })).rejects.toThrow(/Cluster not found/);
    const open = await ask(stage, { task: taskArn });
    await stage.call("StopTask", { cluster: "dev", task: taskArn });
    await expect(ask(stage, { task: taskArn })).rejects.toMatchObject(notEnabled);
    await until(async () => (await stage.tasks("STOPPED"))[0]?.lastStatus === "STOPPED");
    expect(() => stage.ecs.session(open.session?.tokenValue ?? "", false)).toThrow(/not enabled/);
  });

  it("is refused in tasks that were started without it, also by RunTask", async () => {
    const { stage, task } = await running({});
    await expect(ask(stage, { task: task.taskArn })).rejects.toMatchObject(notEnabled);
    await stage.call("UpdateService", { cluster: "dev", service: "web", enableExecuteCommand: true });
    await expect(ask(stage, { task: task.taskArn })).rejects.toMatchObject(notEnabled);
    const { networkConfiguration, taskDefinition } = serviceInput(task.taskDefinitionArn ?? "");
    const input = { cluster: "dev", taskDefinition, networkConfiguration, enableExecuteCommand: true };
    const { tasks } = await stage.call<RunTaskResponse>("RunTask", input);
    expect(tasks).toMatchObject([{ enableExecuteCommand: true }]);
  });

  it("is refused where the root file system can only be read: the agent does not start", async () => {
    const stage = new Stage({ one: app("one") });
    stage.container = { readonlyRootFilesystem: true };
    await stage.create("one", { enableExecuteCommand: true });
    const task = await until(async () =>
      (await stage.tasks("RUNNING")).find((one) => one.lastStatus === "RUNNING"),
    );
    expect(task.containers?.[0]?.managedAgents).toMatchObject([{ lastStatus: "STOPPED" }]);
    await expect(ask(stage, { task: task.taskArn })).rejects.toMatchObject(notEnabled);
  });
});

it.each([
  ["/bin/sh", ["/bin/sh"]],
  ["  sh -c 'ls -l && env' ", ["sh", "-c", "ls -l && env"]],
  [`echo "a \\"b\\" $HOME" it''s`, ["echo", 'a "b" $HOME', "its"]],
  ["a\\ b '' c", ["a b", "", "c"]],
  ["", []],
])("a session's command %j is taken apart as a shell does", (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});
