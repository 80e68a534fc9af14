import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { Cloud, type Gate, type Site } from "../../src/cloud.js";
import { Home } from "../../src/home/home.js";
import { Provider } from "../../src/provider/provider.js";
import type { Properties } from "../../src/provider/values.js";
import { resourceTypes } from "../../src/resources/index.js";
import { startTarget } from "../../src/target.js";

export interface Made {
  id: string;
  outputs: Properties;
}

const pace = { factor: 100_000 };

/** A whole local target in this process, one for a file of tests: each has an account of its own in it. */
export function openTarget() {
  const folder = mkdtempSync(join(tmpdir(), "moorage-test-"));
  const home = Home.open(join(folder, "home"), { account: "111111111111", region: "us-east-1" });
  const running = startTarget({ home, pace });
  afterAll(async () => {
    await (await running).close();
    rmSync(folder, { recursive: true, force: true });
  });
  let accounts = 200_000_000_000;
  return async (gate?: Gate) => {
    const target = await running;
    const site: Site = { account: String(++accounts), region: "us-east-1" };
    const cloud = gate ? new Cloud(target.own.services, gate) : target.own;
    const saved = () => target.store.flush();
    const provider = new Provider({ cloud, rows: target.rows, pace, types: resourceTypes, saved }, site);
    const subject = (type: string) => ({ type, name: "x" });
    return {
      site,
      call: <Output>(...[service, operation, input]: [Parameters<Cloud["call"]>[0], string, object]) =>
        cloud.call<Output>(service, operation, input, site),
      create: (type: string, inputs: Properties): Promise<Made> => provider.create(subject(type), inputs),
      update: (type: string, { id, outputs }: Made, olds: Properties, news: Properties) =>
        provider.update(subject(type), id, outputs, olds, news),
      remove: (type: string, { id, outputs }: Made) => provider.delete(subject(type), id, outputs),
      read: (type: string, { id, outputs }: Made) => provider.read(subject(type), id, outputs, {}),
      refusals: (type: string, inputs: Properties) =>
        provider.check(subject(type), {}, inputs, new Uint8Array(8)).failures.map(({ property }) => property),
    };
  };
}
