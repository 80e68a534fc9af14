import { describe, expect, it } from "vitest";
import type { TaskEvent } from "../../src/tasks/task.js";
import { container, runTask, server, until, workbench } from "./tasks-harness.js";

const portOf = (event: { ports: Record<string, number> }) => event.ports.web as number;
const get = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text();

describe("a task", () => {
  it("runs its image's command, answers on its PORT, and stops on SIGTERM", async () => {
    const { run } = workbench({ app: server });
    const task = run("app");
    const started = await task.on("started");
    await task.on("running");
    expect(await get(portOf(started))).toBe("hello");
    task.handle.stop();
    const stopped = await task.on("stopped");
    expect(stopped).toMatchObject({ containers: [{ name: "web", exitCode: 0 }], failure: undefined });
    expect(task.events.map(({ kind }) => kind)).toEqual([
      "pulled",
      "started",
      "running",
      "listening",
      "stopping",
      "stopped",
    ]);
    await expect(get(portOf(started))).rejects.toThrow();
  });

  it("F23: stops whatever it has come to when it is told to, also a container that is just being started", async () => {
    const { runner } = workbench({ app: server });
    const spec = { id: "f".repeat(32), site: { account: "111111111111", region: "us-east-1" } };
    const events: TaskEvent[] = [];
    const handle = runner.start({ ...spec, containers: [container("app")] }, (event) => {
      events.push(event);
      // Its port is being looked for.
      if (event.kind === "pulled") process.nextTick(() => handle.stop());
    });
    await until(() => events.some(({ kind }) => kind === "stopped"));
  });

  it("has the image's and the task definition's environment and nothing of ours", async () => {
    process.env.MOORAGE_SECRET_OF_OURS = "secret";
    const { run, lines } = workbench({ app: "console.log(JSON.stringify(process.env))" });
    const task = run("app", { environment: { GREETING: "hi" }, log: { group: "/ecs/app", prefix: "ecs" } });
    await task.on("stopped");
    delete process.env.MOORAGE_SECRET_OF_OURS;
    const env = JSON.parse(lines[0]?.message ?? "{}") as Record<string, string>;
    expect(env).toMatchObject({
      GREETING: "hi",
      FROM_IMAGE: "yes",
      HOST: "127.0.0.1",
      PORT: expect.stringMatching(/^\d+$/),
    });
    const allowed = [
      "GREETING",
      "FROM_IMAGE",
      "HOST",
      "PORT",
      "PATH",
      "HOME",
      "TMPDIR",
      "PWD",
      "SHLVL",
      "_",
      "OLDPWD",
    ];
    expect(Object.keys(env).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(lines[0]).toMatchObject({ group: "/ecs/app", stream: `ecs/web/${task.spec.id}` });
  });

  it("bug 28: has variables of any name, whatever a shell thinks of them", async () => {
    const { run, lines } = workbench({ app: "console.log(JSON.stringify(process.env))" });
    const environment = { "discovery.type": "single-node", "a-b": "c d", "1a": "one", "ü x": "'$\"\n" };
    const task = run("app", { environment, log: { group: "/ecs/app", prefix: "ecs" } });
    await task.on("stopped");
    expect(JSON.parse(lines[0]?.message ?? "{}")).toMatchObject(environment);
  });

  it("F22: that crashes at boot ends with its exit code", async () => {
    const { run } = workbench({ app: "process.exit(3)" });
    const stopped = await run("app").on("stopped");
    expect(stopped).toMatchObject({
      containers: [{ name: "web", exitCode: 3 }],
      failure: { code: "EssentialContainerExited", reason: "Essential container in task exited" },
    });
  });

  it("F22: that crashes after being healthy ends as one that failed", async () => {
    const { run } = workbench({
      app: `${server} process.on("SIGUSR2", () => process.exit(9)); setTimeout(() => process.exit(7), 300);`,
    });
    const task = run("app");
    await task.on("running");
    expect(await task.on("stopped")).toMatchObject({
      containers: [{ exitCode: 7 }],
      failure: { code: "EssentialContainerExited" },
    });
  });

  it("F23: that ignores SIGTERM is killed at its stop timeout, with its whole process group", async () => {
    const child = `${server}; setInterval(() => {}, 1000);`;
    const app = `
      process.on("SIGTERM", () => console.log("not now"));
      const { spawn } = require("node:child_process");
      const kid = spawn(process.execPath, ["-e", ${JSON.stringify(child.replace(/process.on.*\n/, 'process.on("SIGTERM", () => {});'))}], { stdio: "inherit" });
      console.log("kid " + kid.pid);
    `;
    const { run, lines } = workbench({ app });
    const task = run("app", { stopTimeout: 1, log: { group: "g", prefix: "p" } });
    await task.on("running");
    const kid = Number(lines.find(({ message }) => message.startsWith("kid "))?.message.slice(4));
    const begun = Date.now();
    task.handle.stop();
    const stopped = await task.on("stopped");
    expect(Date.now() - begun).toBeGreaterThanOrEqual(990);
    expect(stopped.containers[0]?.exitCode).toBe(137);
    expect(lines.map(({ message }) => message)).toContain("not now");
    await until(() => !isAlive(kid));
  });

  it("that never listens is found silent on its port", async () => {
    const { run } = workbench({ app: "setInterval(() => {}, 1000)" }, { listenMs: 100 });
    const task = run("app");
    const started = await task.on("started");
    await task.on("running");
    expect(await task.handle.silent()).toEqual([{ name: "web", port: portOf(started) }]);
  });

  it("bug 26: that listens late is told of when it does", async () => {
    const late = `setTimeout(() => require("node:http").createServer((q, s) => s.end()).listen(process.env.PORT), 400)`;
    const { run } = workbench({ late }, { listenMs: 50 });
    const task = run("late");
    await task.on("running");
    expect(task.events.map(({ kind }) => kind)).not.toContain("listening");
    await task.on("listening");
    expect(await task.handle.silent()).toEqual([]);
  });

  it("whose image cannot be pulled fails to start in ECS's words", async () => {
    const { run } = workbench({});
    expect(await run("absent").on("stopped")).toMatchObject({
      failure: { code: "TaskFailedToStart", reason: "CannotPullContainerError: absent: not found" },
    });
  });

  it("whose command is not there fails to start in ECS's words", async () => {
    const { run } = workbench({ app: "" });
    const stopped = await run("app", { command: ["no-such-program"] }).on("stopped");
    expect(stopped.failure?.reason).toContain('exec: "no-such-program": executable file not found in $PATH');
  });

  it("is stopped while it waits for its turn", async () => {
    const { run } = workbench({ slow: "setInterval(() => {}, 1000)" }, { parallelStarts: 1, listenMs: 400 });
    run("slow");
    const second = run("slow");
    second.handle.stop();
    expect(await second.on("stopped")).toMatchObject({ failure: undefined });
    expect(second.events.map(({ kind }) => kind)).toEqual(["stopped"]);
  });

  it("with several containers ends with its essential one, and outlives the others", async () => {
    const { runner, lines } = workbench({ app: server, helper: "process.stdout.write('bye')" });
    const task = runTask(runner, [
      container("app"),
      container("helper", {
        name: "helper",
        essential: false,
        listens: false,
        log: { group: "g", prefix: "p" },
      }),
    ]);
    await task.on("running");
    // A last line without an ending is told when the process is gone.
    await until(() => lines.some(({ message }) => message === "bye"));
    expect(task.events.some(({ kind }) => kind === "stopped")).toBe(false);
    task.handle.kill();
    expect(await task.on("stopped")).toMatchObject({
      containers: [
        { name: "web", exitCode: 137 },
        { name: "helper", exitCode: 0 },
      ],
      failure: { code: "EssentialContainerExited" },
    });
  });

  it("logs long lines in pieces and a last line without an ending", async () => {
    const { run, lines } = workbench({ app: `process.stdout.write("x".repeat(40000) + "\\nlast")` });
    await run("app", { log: { group: "g", prefix: "p" } }).on("stopped");
    expect(lines.map(({ message }) => message.length)).toEqual([16384, 16384, 40000 - 2 * 16384, 4]);
  });

  it("starts at most so many at once, and all in the end", async () => {
    const { run } = workbench({ app: server }, { parallelStarts: 2 });
    const tasks = Array.from({ length: 8 }, () => run("app"));
    await Promise.all(tasks.map((task) => task.on("running", 20_000)));
  }, 30_000);
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
