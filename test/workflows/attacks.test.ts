import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../harness/sandbox.js";
import { checkoutsOf, type Job, jobs, names, read } from "./files.js";

const all = jobs();
const main = "${{ github.event.repository.default_branch }}";
const head = "${{ github.event.pull_request.head.sha }}";

/** What a job can assume: the variables of its roles. */
function rolesOf({ steps }: Job): string[] {
  const taken = steps.filter(({ uses }) => uses?.includes("configure-aws-credentials"));
  return taken.map((step) =>
    String(step.with?.["role-to-assume"])
      .replaceAll(/[^A-Z_]/g, "")
      .replace(/^_+|_+$/g, ""),
  );
}

const withRoles = all.filter(({ job: { permissions } }) => permissions?.["id-token"] === "write");
const where = ({ workflow, id }: { workflow: string; id: string }) => `${workflow} ${id}`;

/** Runs the workflow of a pull request's own commit: GitHub's `pull_request` and `merge_group`, and pushes of any branch. */
const ofTheHead = names.filter((name) => "pull_request" in read(name).on);

describe("F51: a pull request in bad faith", () => {
  it("its workflow reaches what the environment preview and the role to push admit, whatever it says", () => {
    // A pull request may rewrite these files: what GitHub and AWS give them is what counts. Trust: test/stacks/policies/trust.test.ts.
    expect(ofTheHead).toEqual(["checks", "preview"]);
    const roles = withRoles.filter(({ workflow }) => ofTheHead.includes(workflow));
    expect(roles.map((one) => [where(one), rolesOf(one.job), one.job.environment?.name])).toEqual([
      ["preview build", ["MOORAGE_PREVIEW_BUILD_ROLE_ARN"], undefined],
      ["preview deploy", ["MOORAGE_DEPLOY_ROLE_ARN"], "preview"],
    ]);
  });

  it("its configuration is planned by the default branch's programs, which take it as data", () => {
    for (const job of Object.values(read("plan").jobs)) {
      const { steps } = job;
      expect(checkoutsOf(job).map((step) => step.with)).toEqual([
        { ref: main, "persist-credentials": false },
        {
          ref: head,
          path: "head",
          "sparse-checkout": "Pulumi*.yaml",
          "sparse-checkout-cone-mode": false,
          "persist-credentials": false,
        },
      ]);
      const touching = steps.filter(({ run }) => run?.includes("head"));
      expect(touching.map(({ run }) => run)).toEqual([
        expect.stringMatching(/^exec \$MOORAGE config take "head\//),
      ]);
    }
  });

  it("its program is run with the preview's role alone: no other job with a role checks a head out", () => {
    const runs = withRoles.filter(({ job: { steps } }) =>
      steps.some((step) => step.with?.["ref"] === head && step.with["path"] === undefined),
    );
    expect(runs.map(where)).toEqual(["preview build", "preview deploy"]);
  });

  it("its lock file and its scripts run where there is no role, no environment and no secret", () => {
    const installs = all.filter(({ job: { steps } }) =>
      steps.some(({ env }) =>
        Object.values(env ?? {}).some((text) => /inputs\.(install|lint|test|types)\b/.test(text)),
      ),
    );
    expect(installs.map(where)).toEqual(["checks lint", "checks test", "main checks", "preview checks"]);
    for (const { job } of installs) {
      expect(job.permissions).toEqual({ contents: "read" });
      expect(job.environment).toBeUndefined();
      expect(JSON.stringify(job)).not.toMatch(/secrets\.|github\.token|vars\./);
    }
  });

  it("adoption B3: a job with a role installs Moorage alone, and runs no script of a package", () => {
    for (const one of withRoles) {
      const installs = one.job.steps.filter(({ run }) => /\bnpm (ci|install|i)\b/.test(run ?? ""));
      expect(
        installs.map(({ run }) => run),
        where(one),
      ).toEqual(['exec npm ci --ignore-scripts --prefix "$MOORAGE_FOLDER"']);
    }
    const script = readFileSync(join(root, "bin/install.sh"), "utf8");
    expect(script.match(/npm (ci|install|i)\b.*/g)).toEqual(['npm ci --ignore-scripts --prefix "$home"']);
  });

  it("its Dockerfile is built where the role only pushes, or where there is none", () => {
    const builds = all.filter(({ job: { steps } }) =>
      steps.some(({ run }) => /^exec \$MOORAGE build /.test(run ?? "")),
    );
    expect(builds.map((one) => [where(one), rolesOf(one.job)])).toEqual([
      ["checks image", []],
      ["fork build", []],
      ["fork push", ["MOORAGE_PREVIEW_BUILD_ROLE_ARN"]],
      ["main build", ["MOORAGE_BUILD_ROLE_ARN"]],
      ["preview build", ["MOORAGE_PREVIEW_BUILD_ROLE_ARN"]],
    ]);
  });

  it("its tag reaches no state before somebody approves: what a release would change is read by the main branch", () => {
    expect(withRoles.filter(({ workflow }) => workflow === "release").map(where)).toEqual(["release deploy"]);
    expect(Object.keys(read("before").on)).toEqual(["workflow_run", "workflow_call"]);
    const refs = Object.values(read("before").jobs).flatMap((job) =>
      checkoutsOf(job).map((step) => step.with?.["ref"]),
    );
    expect(refs).toEqual([main, main]);
  });

  it("the role that reads states is taken in the environment plan, and there is no other role", () => {
    const planning = withRoles.filter(({ job }) => job.environment?.name === "plan");
    expect(planning.map(where)).toEqual([
      "before show",
      "deploy show",
      "infra ground",
      "infra show",
      "main show",
      "plan plan",
    ]);
    for (const { job } of planning) {
      const [step] = job.steps.filter(({ uses }) => uses?.includes("configure-aws-credentials"));
      expect(step?.with?.["role-to-assume"]).toBe("${{ steps.role.outputs.arn }}");
      expect(JSON.stringify(job)).not.toMatch(/MOORAGE_(DEPLOY|BUILD|INFRA)_ROLE/);
    }
  });

  it("Dependabot's gets no role, by who wrote it and not by who pushed last", () => {
    const byAuthor = "github.event.pull_request.user.login != 'dependabot[bot]'";
    for (const id of ["checks", "build"]) expect(read("preview").jobs[id]?.if).toContain(byAuthor);
    expect(read("plan").jobs["reach"]?.if).toContain(byAuthor);
    expect(names.filter((name) => JSON.stringify(read(name)).includes("github.actor"))).toEqual([]);
  });

  it("adoption B6: the default branch's programs bring no preview up in a pull request's place", () => {
    expect(read("teardown").jobs["teardown"]?.steps.at(-1)?.run).toContain("--only-destroy");
  });
});

describe("adoption B5: before somebody approves", () => {
  it.each([
    ["main", "deploy", ["checks", "build", "show"]],
    ["deploy", "deploy", ["plan", "show"]],
    ["infra", "apply", ["foundation", "show"]],
    ["infra", "foundation", "ground"],
  ])("%s, %s waits until what would change has been shown", (workflow, id, needs) => {
    expect(read(workflow).jobs[id]?.needs).toEqual(needs);
  });

  it("a version is shown with its digests and the commits since", () => {
    for (const workflow of ["main", "deploy", "before"]) {
      const show = read(workflow).jobs["show"]?.steps.find(({ name }) => name === "Show");
      expect(show?.run).toContain('--summary --coming "$TAG" --from "${FROM:-$ENVIRONMENT}"');
    }
  });
});
