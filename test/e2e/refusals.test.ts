import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "../harness/sandbox.js";

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.close());

interface Failure {
  error: { code: string; message: string; hint: string };
}

async function refused(args: string[]): Promise<Failure["error"]> {
  const run = await sandbox.moorage([...args, "--json"]);
  expect({ args, code: run.code, stderr: run.stderr }).toMatchObject({ code: 2 });
  return run.json<Failure>().error;
}

describe("requests that are refused before anything is created", () => {
  const prs = ["0", "-1", "1e3", "042", "42; rm -rf /", "", " 42", "12345678", "$(id)", "../42", "pr-42"];
  it.each(prs)("F26: the pull request %j", async (pr) => {
    const { message } = await refused(["preview", "up", `--pr=${pr}`, "--tag", "v1"]);
    expect(message).toContain(JSON.stringify(pr));
    expect(existsSync(sandbox.home)).toBe(false);
  });

  it.each(["dev", "staging", "prod", "foundation-dev"])(
    "F36: the environment %s where a preview is meant",
    async (name) => {
      for (const verb of ["up", "destroy", "url"]) {
        const args = ["preview", verb, `--pr=${name}`, ...(verb === "up" ? ["--tag", "v1"] : [])];
        expect(await refused(args)).toMatchObject({ code: "not-a-preview" });
      }
      expect(existsSync(sandbox.home)).toBe(false);
    },
  );

  const tags = ["", "a".repeat(200), "two words", "team/app", "-dash", ".dot", "ümlaut", "v1;id", "v1\nv2"];
  it.each(tags)("F26: the tag %j", async (tag) => {
    expect(await refused(["preview", "up", "--pr", "42", `--tag=${tag}`])).toMatchObject({
      code: "tag-invalid",
    });
    expect(existsSync(sandbox.home)).toBe(false);
  });

  it("no tag at all", async () => {
    expect(await refused(["preview", "up", "--pr", "42"])).toMatchObject({ code: "tag-missing" });
  });

  it("a time span that is none", async () => {
    await refused(["preview", "up", "--pr", "42", "--tag", "v1", "--lock-timeout", "soon"]);
  });
});

describe("configuration that is refused before anything is created", () => {
  let broken: Sandbox;
  beforeAll(() => {
    broken = new Sandbox();
  });
  afterAll(() => broken.close());

  const up = ["preview", "up", "--pr", "42", "--tag", "v1", "--json"];

  it("a broken yaml, naming file and line", async () => {
    writeFileSync(join(broken.project, "Pulumi.dev.yaml"), "config:\n  moorage:app: [unclosed\n");
    const run = await broken.moorage(up);
    expect(run.code).toBe(2);
    expect(run.json<Failure>().error.message).toMatch(/^Pulumi\.dev\.yaml:3:\d+: /);
    expect(existsSync(broken.home)).toBe(false);
  });

  it("three mistakes, all three named with their paths", async () => {
    const config = [
      "config:",
      "  moorage:app: hello",
      "  moorage:registry: 111111111111.dkr.ecr.us-east-1.amazonaws.com",
      "  moorage:foundation: foundation-dev",
      "  moorage:services:",
      '    web: { repository: hello, port: 99999, cpu: 300, colour: blue, path: "/*" }',
    ];
    writeFileSync(join(broken.project, "Pulumi.dev.yaml"), config.join("\n"));
    const run = await broken.moorage(up);
    expect(run.code).toBe(2);
    const { message } = run.json<Failure>().error;
    for (const path of ["services.web.port", "services.web.cpu", "colour"]) expect(message).toContain(path);
    expect(existsSync(broken.home)).toBe(false);
  });
});

describe("F21: an image that is not there", () => {
  it("is refused by name, with no record, stack, service or file of the preview left", async () => {
    const error = await refused(["preview", "up", "--pr", "42", "--tag", "nowhere"]);
    expect(error.message).toContain("hello");
    expect(await sandbox.json<unknown[]>("preview", "list")).toEqual([]);
    const { services } = await sandbox.json<{ services: unknown[] }>("local", "status");
    expect(services).toEqual([]);
    const state = join(sandbox.home, "pulumi", ".pulumi", "stacks");
    expect(existsSync(state) ? readdirSync(state, { recursive: true }) : []).toEqual([]);
  });
});
