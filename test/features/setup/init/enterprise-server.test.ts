import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { forEnterpriseServer } from "../../../../src/features/setup/init/enterprise-server.js";
import { publishedWorkflows } from "../../../../src/features/setup/init/published.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { goTool } from "../../../harness/go-tool.js";
import { describeWith } from "../../../harness/python-tool.js";
import { folder, names, type Workflow } from "../../../workflows/files.js";

const texts = names.map((name) => ({ name, text: readFileSync(join(folder, `${name}.yml`), "utf8") }));

/** Without what Enterprise Server lacks. */
function withoutNewer(workflow: Workflow): unknown {
  const lacking = new Set(["queue", "deployment", "uses"]);
  return JSON.parse(
    JSON.stringify(workflow, (key, value: unknown) => (lacking.has(key) ? undefined : value)),
  );
}

it("adoption C5: for Enterprise Server a workflow has no queue, no deployment: false, no newer artifact actions", () => {
  expect(texts.some(({ text }) => text.includes("queue: max"))).toBe(true);
  for (const { name, text } of texts) {
    const written = forEnterpriseServer(text);
    expect(written, name).not.toMatch(
      /queue:|`max`|deployment: false|# Nothing is deployed there|-artifact@\S+ # v[4-9]/,
    );
    expect(withoutNewer(parse(written) as Workflow), name).toEqual(withoutNewer(parse(text) as Workflow));
    expect(forEnterpriseServer(written), name).toBe(written);
  }
});

it("adoption C5: the jobs keep their environments, and the groups their names", () => {
  const { jobs } = parse(
    forEnterpriseServer(texts.find(({ name }) => name === "fork")?.text ?? ""),
  ) as Workflow;
  expect(jobs["deploy"]?.environment).toEqual({ name: "${{ inputs.environment-prefix }}preview" });
  expect(jobs["deploy"]?.concurrency).toEqual({
    group: "preview-${{ inputs.pr }}",
    "cancel-in-progress": false,
  });
  const used = [jobs["build"], jobs["push"]].flatMap(
    (job) => job?.steps.flatMap(({ uses = "" }) => uses) ?? [],
  );
  expect(used).toEqual(
    expect.arrayContaining([
      "actions/upload-artifact@c24449f33cd45d4826c6702db7e49f7cdb9b551d",
      "actions/download-artifact@ad191675b41f6a5b46da9a048cb6893812da158b",
    ]),
  );
});

describeWith(await goTool("actionlint"), "actionlint", (actionlint) => {
  it("reports nothing on them", { timeout: 60_000 }, async () => {
    const place = temporaryFolder();
    mkdirSync(join(place, ".github/workflows"), { recursive: true });
    const files = texts.map(({ name, text }) => {
      const file = join(place, ".github/workflows", `${name}.yml`);
      writeFileSync(file, forEnterpriseServer(text));
      return file;
    });
    const { stdout } = await promisify(execFile)(actionlint, ["-no-color", ...files], { cwd: place }).catch(
      (failed: { stdout: string }) => failed,
    );
    expect(stdout).toBe("");
  });
});

it("adoption C5: init writes them so where GITHUB_SERVER_URL is an Enterprise Server, and nowhere else", async () => {
  const written = async (server: string) => {
    const texts = (await publishedWorkflows({ GITHUB_SERVER_URL: server })).map(({ text }) => text);
    return texts.some((text) => text.includes("deployment: false"));
  };
  expect(await written("https://github.example.com")).toBe(false);
  expect(await written("https://octocorp.ghe.com")).toBe(true);
  expect(await written("")).toBe(true);
});

describe("what Enterprise Server has as well", () => {
  it("is as it was", () => {
    const text = "jobs:\n  a:\n    # Deployed there.\n    environment: dev\n";
    expect(forEnterpriseServer(text)).toBe(text);
  });
});
