import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { getEngine } from "../../src/adapters/engine/get.js";
import { fetchAnswer } from "../../src/features/deploy/smoke/probe.js";
import { silentReporter } from "../../src/core/reporter.js";
import { writeApp } from "../harness/apps.js";
import type { DeployJson, StatusRowJson } from "../harness/environment.js";
import { root, Sandbox } from "../harness/sandbox.js";

const timeout = 120_000;
const version = "response.end(process.env.MOORAGE_IMAGE_TAG);";
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox(join(root, "examples/storefront"));
  for (const tag of ["v1", "v2", "v3"]) {
    await image("web", tag, version);
    await image("api", tag, version, tag === "v2" ? "process.exit(7);" : "");
  }
}, timeout);
afterAll(() => sandbox.close(), timeout);

function image(service: string, tag: string, handler: string, before = ""): Promise<unknown> {
  const app = writeApp(join(sandbox.folder, service, tag), `/* ${tag} */ ${handler}`, { before });
  return sandbox.json("local", "image", app, "--repository", `storefront-${service}`, "--tag", tag);
}

async function versions(url: string): Promise<string[]> {
  const paths = ["/", "/api/"];
  return Promise.all(paths.map(async (path) => (await fetchAnswer(new URL(path, url).href, 5_000)).body));
}

interface Services {
  web: object;
  api: object;
}
const crashing = { command: ["node", "-e", "process.exit(9)"] };

/** Changes the services that the example has in its configuration. */
function configure(change: (services: Services) => object): void {
  const file = parse(readFileSync(join(root, "examples/storefront/Pulumi.dev.yaml"), "utf8")) as {
    config: { "moorage:services": Services };
  };
  const services = change(file.config["moorage:services"]);
  const config = { ...file.config, "moorage:services": services };
  writeFileSync(join(sandbox.project, "Pulumi.dev.yaml"), stringify({ config }));
}

async function failing(...args: string[]): Promise<Pick<DeployJson, "verdict"> & { code: number | null }> {
  const run = await sandbox.moorage([...args, "--json"]);
  return { code: run.code, verdict: run.json<DeployJson>().verdict };
}

/** The services of the environment that ECS has, by their names in the configuration. */
async function running(): Promise<string[]> {
  const { services } = await sandbox.json<{ services: { service: string }[] }>("local", "status");
  return services.map(({ service }) => service.split("-").at(-2) ?? service).sort();
}

/** A Pulumi CLI that notes what it is asked to do. */
async function notingEngine(): Promise<{ env: NodeJS.ProcessEnv; verbs: () => string[] }> {
  const { path } = await getEngine({
    env: process.env,
    reporter: silentReporter,
    signal: new AbortController().signal,
  });
  const [script, notes] = [join(sandbox.folder, "pulumi"), join(sandbox.folder, "verbs")];
  writeFileSync(script, `#!/bin/sh\necho "$1 $2" >> '${notes}'\nexec '${path}' "$@"\n`);
  chmodSync(script, 0o755);
  const verbs = () => {
    const lines = existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : [];
    rmSync(notes, { force: true });
    return lines.map((line) => line.replace(/ -.*/, "")).filter((verb) => !verb.startsWith("version"));
  };
  return { env: { MOORAGE_ENGINE: script }, verbs };
}

describe("an environment of two services", () => {
  let url: string;

  it(
    "is deployed with three processes of the engine when it is new, two afterwards",
    { timeout },
    async () => {
      const { env, verbs } = await notingEngine();
      const run = await sandbox.moorage(["deploy", "dev", "--tag", "v1", "--json"], env);
      expect(run.code).toBe(0);
      expect(verbs()).toEqual(["stack init", "preview", "up"]);
      const deployed = run.json<DeployJson>();
      url = deployed.url;
      expect(deployed.services.map(({ name }) => name).sort()).toEqual(["api", "web"]);
      expect((await sandbox.moorage(["deploy", "dev", "--tag", "v1"], env)).code).toBe(0);
      expect(verbs()).toEqual(["preview", "up"]);
      expect(await versions(url)).toEqual(["v1", "v1"]);
    },
  );

  it("of which one fails is rolled back whole, and the bad one is named", { timeout }, async () => {
    const run = await sandbox.moorage(["deploy", "dev", "--tag", "v2", "--json"]);
    expect(run.code).toBe(1);
    const { verdict, diagnosis, error } = run.json<DeployJson>();
    expect(verdict).toBe("rolled back");
    expect(diagnosis?.services.map(({ name }) => name)).toEqual(["api"]);
    expect(error?.message).toMatch(/service api[^]*exit code 7/);
    expect(await versions(url)).toEqual(["v1", "v1"]);
  });

  it(
    "whose update fails in its midst, one service changed and one not, is rolled back whole",
    { timeout },
    async () => {
      const fault = ["--operation", "UpdateService", "--nth", "2", "--code", "ClientException"];
      await sandbox.json("local", "fault", "error", ...fault, "--status", "400");
      const run = await sandbox.moorage(["deploy", "dev", "--tag", "v3", "--json"]);
      await sandbox.json("local", "fault", "--clear");
      expect(run.code).toBe(1);
      const { verdict, diagnosis, error } = run.json<DeployJson>();
      expect(verdict).toBe("rolled back");
      expect(diagnosis).toMatchObject({
        cause: "engine-failed",
        action: "Rolled back to v1, the last good release.",
      });
      expect(error?.message).toMatch(/ClientException/);
      expect(await versions(url)).toEqual(["v1", "v1"]);
      const [status] = await sandbox.json<StatusRowJson[]>("status");
      expect(status).toMatchObject({ imageTag: "v1", drift: [], health: "healthy" });
    },
  );

  it("--services deploys those alone; the others keep tag, bytes and tasks", { timeout }, async () => {
    const before = await sandbox.json<DeployJson>("deploy", "dev");
    const after = await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v3", "--services", "web");
    const api = ({ services }: DeployJson) => services.find(({ name }) => name === "api");
    expect(api(after)).toEqual({ ...api(before), imageTag: "v1" });
    expect(await versions(url)).toEqual(["v3", "v1"]);
    expect(await sandbox.json<DeployJson>("deploy", "dev")).toMatchObject({ result: "unchanged" });
  });

  it("bug 29, F50: of which one was added and fails is rolled back without it", { timeout }, async () => {
    configure((services) => ({ ...services, jobs: { ...services.api, path: "/jobs/*", ...crashing } }));
    const { code, verdict } = await failing("deploy", "dev", "--tag", "v3", "--services", "web");
    expect({ code, verdict }).toEqual({ code: 1, verdict: "rolled back" });
    expect(await running()).toEqual(["api", "web"]);
    expect(await versions(url)).toEqual(["v3", "v1"]);
  });

  it(
    "is rolled back to what each service ran (bug 29: without one that was added and failed)",
    { timeout },
    async () => {
      const back = await sandbox.json<DeployJson>("rollback", "dev");
      expect(back).toMatchObject({ imageTag: "v1", rolledBackFrom: "v3" });
      expect(await versions(url)).toEqual(["v1", "v1"]);
      expect(await running()).toEqual(["api", "web"]);
    },
  );

  it("bug 29, F50: of which one was renamed and fails gets it back under its name", { timeout }, async () => {
    configure(({ web, api }) => ({ web, backend: { ...api, ...crashing } }));
    const { code, verdict } = await failing("deploy", "dev", "--tag", "v1");
    expect({ code, verdict }).toEqual({ code: 1, verdict: "rolled back" });
    expect(await running()).toEqual(["api", "web"]);
    expect(await versions(url)).toEqual(["v1", "v1"]);
  });

  it(
    "bug 29, provider 15, F50: of which one moves to another path and fails is back where it was",
    { timeout },
    async () => {
      configure(({ web, api }) => ({ web, api: { ...api, path: "/v2/*" } }));
      const { code, verdict } = await failing("deploy", "dev", "--tag", "v2");
      expect({ code, verdict }).toEqual({ code: 1, verdict: "rolled back" });
      expect(await versions(url)).toEqual(["v1", "v1"]);
      const [status] = await sandbox.json<StatusRowJson[]>("status");
      expect(status).toMatchObject({ imageTag: "v1", drift: [], health: "healthy" });
    },
  );

  it("F50: of which one is taken away well is deployed without it", { timeout }, async () => {
    configure(({ web }) => ({ web }));
    await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
    expect(await running()).toEqual(["web"]);
  });

  it(
    "15.4: with a sidecar that is built follows the tag in it too, and its failure is the release's",
    { timeout },
    async () => {
      for (const tag of ["v1", "v2", "v3"]) {
        const app = writeApp(join(sandbox.folder, "proxy", tag), "response.end();");
        const ends = tag === "v2" ? "process.exit(7);" : "setInterval(() => {}, 1000);";
        writeFileSync(join(app, "server.js"), `/* ${tag} */ ${ends}`);
        await sandbox.json("local", "image", app, "--repository", "storefront-proxy", "--tag", tag);
      }
      const proxy = { repository: "storefront-proxy", essential: true };
      configure(({ web }) => ({ web: { ...web, sidecars: { proxy } } }));
      await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v1");
      const bad = await sandbox.moorage(["deploy", "dev", "--tag", "v2", "--json"]);
      expect(bad.json<DeployJson>()).toMatchObject({ verdict: "rolled back" });
      expect(bad.json<DeployJson>().error?.message).toMatch(/proxy[^]*exit code 7/);
      await sandbox.json<DeployJson>("deploy", "dev", "--tag", "v3");
      expect(await sandbox.json<DeployJson>("rollback", "dev")).toMatchObject({ imageTag: "v1" });
      expect((await sandbox.json<StatusRowJson[]>("status"))[0]).toMatchObject({
        drift: [],
        health: "healthy",
      });
    },
  );
});
