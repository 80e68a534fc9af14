import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, it, onTestFinished } from "vitest";
import { eventually } from "../harness/eventually.js";
import { temporaryFolder } from "../harness/folder.js";
import { describeWith, pythonTool } from "../harness/python-tool.js";

describeWith(await pythonTool("ministack"), "ministack", (tool) => {
  it("ends when a test run is killed, and listens on loopback only", async () => {
    const program = `
      import { startMinistack } from ${JSON.stringify(new URL("./ministack.ts", import.meta.url).href)};
      const { endpoint } = await startMinistack(${JSON.stringify(tool)}, ${JSON.stringify(temporaryFolder())});
      console.log(endpoint);
    `;
    const args = ["--import", "tsx", "--input-type=module", "--eval", program];
    const owner = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void owner.kill("SIGKILL"));
    const [endpoint] = (await once(createInterface(owner.stdout), "line")) as [string];
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await expect(fetch(endpoint.replace("127.0.0.1", "127.0.0.2"))).rejects.toThrow();
    owner.kill("SIGKILL");
    await eventually("ministack is gone", () =>
      fetch(endpoint).then(
        () => false,
        () => true,
      ),
    );
  }, 120_000);
});
