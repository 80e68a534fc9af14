import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { type DeployJson, DevStage } from "../harness/environment.js";
import { eventually } from "../harness/eventually.js";
import { finished, root, Sandbox } from "../harness/sandbox.js";

/** A bucket that has nothing, and never answers a method of these. */
async function silentBucket(...silent: string[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.method ?? "");
    if (silent.includes(request.method ?? "")) return;
    response.writeHead(404, { "content-type": "application/xml" });
    response.end("<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const query = "disableSSL=true&s3ForcePathStyle=true&region=us-east-1";
  return { asked, url: `s3://bucket?endpoint=127.0.0.1:${String(port)}&${query}` };
}

const aws = {
  MOORAGE_TARGET: "aws",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SECRET_ACCESS_KEY: "y",
  AWS_EC2_METADATA_DISABLED: "true",
};

/** A command on a bucket that hangs, once it has asked it. */
async function hanging(args: string[], ...silent: string[]) {
  const bucket = await silentBucket(...silent);
  const sandbox = new Sandbox();
  const child = sandbox.start([...args, "--backend-url", bucket.url, "--json"], aws);
  onTestFinished(() => void child.kill("SIGKILL"));
  const run = finished(child);
  await eventually(
    "the bucket is asked",
    () => bucket.asked.some((method) => silent.includes(method)),
    60_000,
  );
  return { child, run };
}

describe("correctness 2, F39: a bucket that takes connections and never answers", () => {
  it.each<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP"])(
    "F40: %s ends a read at once, in order",
    async (signal) => {
      const { child, run } = await hanging(["history", "dev"], "GET");
      child.kill(signal);
      const { code, stderr, json } = await run;
      expect([code, stderr]).toEqual([130, expect.stringContaining(`Interrupted by ${signal}.`)]);
      expect(json<DeployJson>().error?.code).toBe("interrupted");
    },
  );

  it("F6: a write has the ending's time for its answer, and no more", async () => {
    const { child, run } = await hanging(["lock", "dev", "--reason", "inventory"], "PUT");
    child.kill("SIGINT");
    const { code, stderr } = await run;
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted by SIGINT");
    expect(stderr).not.toContain("not everything stopped in time");
  });

  it("F39: a second Ctrl-C ends it now, and says what may be left", async () => {
    const { child, run } = await hanging(["lock", "dev", "--reason", "inventory"], "PUT");
    child.kill("SIGINT");
    await delay(200);
    child.kill("SIGINT");
    const { code, stderr, json } = await run;
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted twice");
    expect(stderr).toContain("A lock may remain");
    expect(json<DeployJson>().error?.code).toBe("interrupted");
  });
});

describe("correctness 8, bug 8, F40: nobody reads", () => {
  /** Writes to a stream whose reader is gone, with a handler of uncaught errors as the Pulumi SDK's. */
  const script = (stream: string) => `
    const { outliveReaders } = await import(${JSON.stringify(join(root, "src/cli/output.ts"))});
    outliveReaders();
    let uncaught = 0;
    process.on("uncaughtException", () => { uncaught += 1; process.stderr.write("uncaught\\n"); });
    let written = 0;
    process.on("message", () => {
      const timer = setInterval(() => {
        process.${stream}.write("line\\n");
        if (++written < 20) return;
        clearInterval(timer);
        process.send(uncaught, () => process.exit(7));
      }, 1);
    });
    process.send("ready");`;

  it.each(["stdout", "stderr"] as const)("of %s: the process ends with its own code", async (stream) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script(stream)], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const messages: unknown[] = [];
    child.on("message", (message) => {
      messages.push(message);
      if (messages.length > 1) return;
      child[stream]?.destroy();
      child.send("go");
    });
    expect(await codeOf(child)).toBe(7);
    expect(messages).toEqual(["ready", 0]);
  });

  it(
    "of stderr: a deployment comes to its end, with its JSON and a true record",
    { timeout: 120_000 },
    async () => {
      const stage = new DevStage();
      onTestFinished(() => stage.close());
      await stage.image("v1");
      const child = stage.sandbox.start(["deploy", "dev", "--tag", "v1", "--json"]);
      child.stderr?.once("data", () => child.stderr?.destroy());
      const { code, json } = await finished(child);
      expect(code).toBe(0);
      expect(json<DeployJson>()).toMatchObject({ verdict: "succeeded", imageTag: "v1" });
      expect((await stage.history())[0]).toMatchObject({ result: "succeeded", good: true });
    },
  );
});

function codeOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("exit", resolve));
}
