import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { MoorageError } from "../../../src/core/errors.js";
import { parseConfig } from "../../../src/core/project/parse.js";
import { readProject, readStackFile } from "../../../src/core/project/project.js";

/** A folder with these files, gone after the test. */
async function folder(files: Record<string, string>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "moorage-project-"));
  onTestFinished(() => rm(path, { recursive: true }));
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(path, name), text)));
  return path;
}

const project = `
name: hello
runtime: nodejs
backend: { url: "file:///state" }
config:
  aws:region: us-east-1
  moorage:app: hello
  moorage:smoke: { value: { path: /healthz, timeout: 90s } }
  moorage:label: { default: deploy }
`;

it("merges a project's defaults with a stack's values, which replace whole", async () => {
  const path = await folder({
    "Pulumi.yaml": project,
    "Pulumi.dev.yaml": "config:\n  moorage:smoke: { path: /other }\n  moorage:host: dev.example.com\n",
    "Pulumi.prod.yaml": "config: {}\n",
  });
  const read = await readProject(path);
  expect(read).toMatchObject({ name: "hello", backendUrl: "file:///state", environments: ["dev", "prod"] });
  const dev = await readStackFile(read, "dev");
  expect(dev.source).toBe("Pulumi.dev.yaml");
  expect(dev.config).toEqual({
    "aws:region": "us-east-1",
    "moorage:app": "hello",
    "moorage:label": "deploy",
    "moorage:smoke": { path: "/other" },
    "moorage:host": "dev.example.com",
  });
});

describe("16.1: moorage:extends", () => {
  const base = `
name: hello
runtime: nodejs
config:
  moorage:app: hello
  moorage:services:
    value:
      web: { repository: hello, port: 8080, cpu: 512, memory: 1024, env: { A: a, B: b }, hosts: [a.example.com, b.example.com] }
      worker: { repository: hello-worker, cpu: 300 }
  moorage:jobs: { value: { tidy: { service: web, command: [tidy] } } }
`;
  const read = async (dev: string, text = base) =>
    readStackFile(
      await readProject(await folder({ "Pulumi.yaml": text, "Pulumi.dev.yaml": `config:\n${dev}` })),
      "dev",
    );

  it("merges services and jobs by name: maps deeply, lists whole, and null leaves out", async () => {
    const { config } = await read(`
  moorage:extends: true
  moorage:services:
    web: { cpu: 256, memory: null, env: { B: other, C: c }, hosts: [c.example.com] }
    worker: null
    api: { repository: hello-api, port: 5000 }
  moorage:jobs: { tidy: null }
`);
    expect(config).toEqual({
      "moorage:app": "hello",
      "moorage:services": {
        web: {
          repository: "hello",
          port: 8080,
          cpu: 256,
          env: { A: "a", B: "other", C: "c" },
          hosts: ["c.example.com"],
        },
        api: { repository: "hello-api", port: 5000 },
      },
      "moorage:jobs": {},
    });
  });

  it("is off by default: what stands in the stack's file replaces all", async () => {
    const services = "  moorage:services: { web: { repository: other, port: 1 } }\n";
    const whole = { "moorage:services": { web: { repository: "other", port: 1 } } };
    expect((await read(services)).config).toMatchObject(whole);
    expect((await read(`${services}  moorage:extends: false\n`)).config).not.toHaveProperty(
      "moorage:extends",
    );
  });

  it("may stand in Pulumi.yaml for all stacks, and a stack may say false", async () => {
    const text = base.replace("  moorage:app: hello\n", "  moorage:app: hello\n  moorage:extends: true\n");
    const services = "  moorage:services: { web: null }\n";
    const { config } = await read(services, text);
    expect(config["moorage:services"]).toEqual({ worker: { repository: "hello-worker", cpu: 300 } });
    const off = await read(`${services}  moorage:extends: false\n`, text);
    expect(off.config["moorage:services"]).toEqual({ web: null });
  });

  it("means the same in quotes, which the plain CLI puts around it", async () => {
    const services = "  moorage:services: { web: null }\n";
    const on = await read(`${services}  moorage:extends: "true"\n`);
    expect(on.config).toEqual((await read(`${services}  moorage:extends: true\n`)).config);
    const off = await read(`${services}  moorage:extends: "false"\n`);
    expect(off.config).toEqual((await read(services)).config);
  });

  it("keeps a reference whole", async () => {
    const text = base.replace("A: a", "A: { fromCfn: a }");
    const { config } = await read(
      "  moorage:extends: true\n  moorage:services: { web: { env: { A: { fromSsm: /a } } } }\n",
      text,
    );
    expect(config["moorage:services"]).toMatchObject({ web: { env: { A: { fromSsm: "/a" } } } });
  });

  it("names the file that a wrong value came from", async () => {
    const dev = await read(`
  moorage:extends: true
  moorage:registry: registry.example.com
  moorage:foundation: foundation-dev
  moorage:services:
    web: { memory: 1 }
    api: null
`);
    const failure = () => parseConfig(dev.config, dev.source, dev);
    expect(failure).toThrow(/services\.web\.memory: found 1; .*\n/);
    expect(failure).toThrow(/services\.worker\.cpu: found 300; .* \(Pulumi\.yaml:9:\d+\)/);
    expect(failure).toThrow(/services\.api: is null, which leaves out .* nothing to leave out/);
    try {
      failure();
    } catch (error) {
      const places = (error as MoorageError).places.map(({ file, line }) => `${basename(file)}:${line}`);
      expect(places.sort()).toEqual(["Pulumi.dev.yaml:7", "Pulumi.dev.yaml:8", "Pulumi.yaml:9"]);
    }
  });

  it("that is neither true nor false is a mistake", async () => {
    const dev = await read("  moorage:extends: sometimes\n");
    expect(() => parseConfig(dev.config, dev.source, dev)).toThrow(
      /extends: found "sometimes"; must be true or false/,
    );
  });
});

it("F32: carries over how a stack's secrets are kept, and the secrets untouched", async () => {
  const path = await folder({
    "Pulumi.yaml": project,
    "Pulumi.dev.yaml":
      "secretsprovider: awskms://alias/x?context_stack=hello/dev\nencryptedkey: a2V5\nencryptionsalt: v1:salt\nconfig:\n  moorage:notify:\n    slack:\n      secure: v1:cipher\n",
  });
  const dev = await readStackFile(await readProject(path), "dev");
  expect(dev.settings).toEqual({
    secretsprovider: "awskms://alias/x?context_stack=hello/dev",
    encryptedkey: "a2V5",
    encryptionsalt: "v1:salt",
  });
  expect(dev.config["moorage:notify"]).toEqual({ slack: { secure: "v1:cipher" } });
});

it("says where a mistake stands", async () => {
  const path = await folder({
    "Pulumi.yaml": project,
    "Pulumi.dev.yaml": "config:\n  moorage:services:\n    web:\n      port: 1\n      cpu: 300\n",
  });
  const dev = await readStackFile(await readProject(path), "dev");
  expect(dev.locate({ path: ["services", "web", "cpu"] })).toEqual({ line: 5, column: 12 });
  expect(dev.locate({ path: ["services", "web", "memory"] })).toEqual({ line: 4, column: 7 });
  expect(dev.locate({ path: ["host"] })).toEqual({ line: 2, column: 3 });
  // 16.1: of a default, in the file that it stands in.
  const file = join(path, "Pulumi.yaml");
  expect(dev.locate({ path: ["app"] })).toEqual({ file, line: 7, column: 16 });
});

it.each([
  ["broken yaml", "config: {a: 1\nb: 2", /^Pulumi\.dev\.yaml:\d+:\d+: /, "yaml-invalid"],
  ["a key that stands twice", "config: {}\nconfig: {}\n", /^Pulumi\.dev\.yaml:2:1: .*unique/, "yaml-invalid"],
  ["a list", "- a\n", /^Pulumi\.dev\.yaml:1:1: /, "yaml-invalid"],
])("refuses %s with line and column", async (_title, text, message, code) => {
  const path = await folder({ "Pulumi.yaml": project, "Pulumi.dev.yaml": text });
  const failure = readStackFile(await readProject(path), "dev");
  await expect(failure).rejects.toMatchObject({
    code,
    exitCode: 2,
    message: expect.stringMatching(message) as string,
  });
});

it("names the environments that exist where one does not", async () => {
  const path = await folder({ "Pulumi.yaml": project, "Pulumi.dev.yaml": "", "Pulumi.staging.yaml": "" });
  const read = await readProject(path);
  await expect(readStackFile(read, "stagin")).rejects.toThrow(/did you mean "staging"/);
  await expect(readStackFile(read, "zzz")).rejects.toThrow(/known here: dev, staging/);
  await expect(readStackFile(read, "../../etc/passwd")).rejects.toMatchObject({ code: "no-environment" });
});

it("asks for a project where there is none, and for its name", async () => {
  await expect(readProject(await folder({}))).rejects.toMatchObject({ code: "no-project" });
  await expect(readProject(await folder({ "Pulumi.yaml": "runtime: nodejs" }))).rejects.toMatchObject({
    code: "project-invalid",
  });
});

it("names a file that cannot be read", async () => {
  const path = await folder({ "Pulumi.yaml": project });
  await mkdir(join(path, "Pulumi.dev.yaml"));
  const failure = readProject(path).then((read) => readStackFile(read, "dev"));
  await expect(failure).rejects.toMatchObject({ code: "yaml-unreadable", exitCode: 2 });
});
