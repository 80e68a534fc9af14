import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { readProject, readStackFile } from "../../../src/core/project/project.js";
import { openClients } from "../../../packages/local-aws/test/contract/clients.js";
import { type Ministack, startMinistack } from "../../fakes/ministack.js";
import { describeWith, pythonTool } from "../../harness/python-tool.js";
import { root } from "../../harness/sandbox.js";
import { create, type Created } from "./engine.js";
import { foundationProvider, unjudged } from "./foundation-provider.js";

/** Every setting that declares something. */
const everything = {
  "moorage:network": { nat: "perZone", endpoints: ["s3", "ecr", "logs", "secretsmanager"] },
  "moorage:loadBalancers": { count: 2, accessLogs: { bucket: "logs", prefix: "dev" } },
  "moorage:hosts": ["www.dev.example.com"],
  "moorage:state": { bucket: "hello-state" },
};

describeWith(await pythonTool("ministack"), "Replay of a foundation into ministack", (tool) => {
  const home = mkdtempSync(join(tmpdir(), "moorage-replay-"));
  let ministack: Ministack;
  beforeAll(async () => void (ministack = await startMinistack(tool, home)), 120_000);
  afterAll(async () => {
    await ministack.close();
    rmSync(home, { recursive: true, force: true });
  });

  /** Everything that foundation-dev declares, sent in dependency order into an account that has a zone only. */
  async function replay(changes: Record<string, unknown>): Promise<Created[]> {
    const account = String(++accounts);
    const { clients } = await openClients(ministack.endpoint, account);
    onTestFinished(() => clients.close());
    const provider = await foundationProvider(clients, ministack.endpoint, account);
    onTestFinished(() => provider.close());
    const { config } = await readStackFile(await readProject(root), "foundation-dev");
    const zone = await provider.makeZone("example.com");
    const stack = { project: "hello", stack: "foundation-dev" };
    return create({ ...stack, config: { ...config, "moorage:zone": zone, ...changes } }, provider);
  }
  let accounts = 211111111111;

  const refused = (created: Created[]) => created.filter(({ refusal }) => refusal !== undefined);

  it("the repository's own foundation-dev is accepted, call by call", async () => {
    const created = await replay({});
    expect(refused(created)).toEqual([]);
    expect(created.length).toBeGreaterThan(35);
  });

  it("one that declares all it can is accepted, but for what ministack cannot judge", async () => {
    const created = await replay(everything);
    expect(refused(created)).toEqual([]);
    const untried = created.filter(({ type }) => unjudged[type] !== undefined);
    expect(untried.map(({ type }) => type)).toEqual(Object.keys(unjudged));
    expect(new Set(created.map(({ type }) => type)).size).toBeGreaterThan(30);
  });
});
