import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { putPull } from "../fakes/github/pulls.js";
import { environmentsOf } from "../fakes/github/environments.js";
import { GitHubFake } from "../fakes/github/github.js";
import { pullRequestPayload } from "../harness/github-run.js";
import { goTool } from "../harness/go-tool.js";
import { describeWith } from "../harness/python-tool.js";
import { type Run, Sandbox } from "../harness/sandbox.js";
import { Act } from "./act.js";

const fake = await GitHubFake.open();
const timeout = 240_000;

describeWith(
  await goTool("act"),
  "plans before somebody approves, by the workflows themselves",
  (program) => {
    let sandbox: Sandbox;
    let act: Act;
    let tag: string;
    beforeAll(async () => {
      sandbox = new Sandbox();
      act = new Act(program, sandbox, fake);
      environmentsOf(fake).set("prod", { reviewers: true });
      tag = `sha-${act.origin.git("rev-parse", "main").slice(0, 12)}`;
      await sandbox.json("build", "--push", "--cwd", act.origin.folder);
      await sandbox.json("deploy", "dev", "--tag", tag, "--cwd", act.origin.folder);
    }, timeout);
    afterAll(() => sandbox.close(), timeout);

    const roles = (...stacks: string[]) => ({
      MOORAGE_PLAN_ROLES: JSON.stringify(Object.fromEntries(stacks.map((stack) => [stack, `arn:${stack}`]))),
    });

    /** A pull request that changes these files, as plan.yml sees it. */
    async function planOf(pr: number, files: Record<string, string>, ...stacks: string[]): Promise<Run> {
      act.origin.git("checkout", "--quiet", "-B", `topic-${String(pr)}`);
      for (const [file, text] of Object.entries(files)) act.origin.write(file, text);
      const headCommit = act.origin.commit(`Change ${Object.keys(files).join(" and ")}`);
      act.origin.git("checkout", "--quiet", "main");
      putPull(fake, pr, { headCommit });
      const head = { ref: "topic", sha: headCommit, repo: { full_name: fake.repository } };
      const payload = { ...pullRequestPayload(pr, { head, user: { login: "ann" } }), action: "synchronize" };
      return act.run("plan", { event: "pull_request_target", payload, variables: roles(...stacks) });
    }

    const yaml = (stack: string) => readFileSync(join(act.origin.folder, `Pulumi.${stack}.yaml`), "utf8");
    /** What is stored of stacks, and locks among it. */
    const stored = () =>
      readdirSync(join(sandbox.home, "pulumi"), { recursive: true, encoding: "utf8" }).sort();

    it(
      "F51, adoption B5: a pull request's settings are planned as data, in its comment; nothing of it is run or written",
      { timeout },
      async () => {
        const evil = `import { writeFileSync } from "node:fs";\nwriteFileSync(${JSON.stringify(join(sandbox.folder, "pwned"))}, "1");\n`;
        const before = stored();
        const run = await planOf(
          50,
          {
            "Pulumi.dev.yaml": yaml("dev").replace(/desiredCount: \d+/, "desiredCount: 3"),
            "Pulumi.yaml": readFileSync(join(act.origin.folder, "Pulumi.yaml"), "utf8").replace(
              /^main: .*$/m,
              "main: evil.js",
            ),
            "evil.js": evil,
            "moorage.js": evil,
          },
          "dev",
        );
        expect(run.code, run.stdout).toBe(0);
        expect(run.stdout).toContain("Not taken: Pulumi.yaml: main");
        expect(fake.commentsOf(50).join("\n")).toMatch(/dev[^]*desiredCount/);
        expect(existsSync(join(sandbox.folder, "pwned"))).toBe(false);
        expect(stored()).toEqual(before);
      },
    );

    it(
      "adoption B5: one that was never deployed is planned whole; one without a role to read it is said",
      { timeout },
      async () => {
        const before = stored();
        const changed = Object.fromEntries(
          ["staging", "prod"].map((stack) => [
            `Pulumi.${stack}.yaml`,
            `${yaml(stack)}  moorage:imageTag: ${tag}\n`.replace(
              /registry: \d{12}/,
              "registry: 111111111111",
            ),
          ]),
        );
        const run = await planOf(51, changed, "staging");
        expect(run.stdout).toMatch(/prod is not planned here/);
        expect(fake.commentsOf(51).join("\n")).toContain("staging");
        expect(stored()).toEqual(before);
      },
    );

    it("a pull request without settings plans nothing", { timeout }, async () => {
      const run = await planOf(52, { "note.txt": "1" }, "dev");
      expect(run.code, run.stdout).toBe(0);
      expect(fake.commentsOf(52)).toEqual([]);
    });

    it("Dependabot's, whoever pushed last, and a fork's reach nothing", { timeout }, async () => {
      const head = { ref: "x", sha: "1".repeat(40), repo: { full_name: fake.repository } };
      const payloads = [
        { head, user: { login: "dependabot[bot]" } },
        { head: { ...head, repo: { full_name: "stranger/hello" } }, user: { login: "ann" } },
      ];
      for (const changes of payloads) {
        const payload = { ...pullRequestPayload(53, changes), action: "synchronize" };
        const run = await act.run("plan", { event: "pull_request_target", payload, variables: roles("dev") });
        expect(run.stdout).not.toContain("config take");
      }
    });

    it(
      "adoption B5: what a release would change is shown by the main branch, while it waits",
      { timeout },
      async () => {
        act.origin.git("tag", "v1.0.0");
        const before = stored();
        const payload = {
          workflow_run: { head_branch: "v1.0.0", head_repository: { full_name: fake.repository } },
        };
        const variables = roles("staging", "prod");
        const run = await act.run("before", {
          event: "workflow_run",
          payload,
          environment: "staging",
          variables,
        });
        expect(run.code, run.stdout).toBe(0);
        expect(run.stdout).toMatch(/Plan for `?staging|Its plan is available after|staging, never deployed/);
        expect(stored()).toEqual(before);
      },
    );

    it.each([
      ["main", { after: "", deleted: false, ref: "refs/heads/main" }],
      ["infra", { ref: "refs/heads/main" }],
    ])(
      "adoption B5: %s shows what would change before its gate, and changes nothing",
      { timeout },
      async (workflow, more) => {
        const before = stored();
        environmentsOf(fake).set("dev", { reviewers: true });
        const payload = { ...more, after: act.origin.git("rev-parse", "main") };
        const variables = roles("dev");
        const run = await act.run(workflow, {
          event: "push",
          payload,
          job: "show",
          environment: "dev",
          variables,
        });
        expect(run.code, run.stdout).toBe(0);
        expect(run.stdout).toMatch(/dev.*: (no changes|\d+ )/);
        expect(stored().filter((name) => !before.includes(name))).toEqual([]);
      },
    );
  },
);
