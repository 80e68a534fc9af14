import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
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
  expect(dev.locate({ path: ["app"] })).toEqual({ line: 2, column: 3 });
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
