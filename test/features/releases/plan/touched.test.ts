import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { filesBetween } from "../../../../src/adapters/github/changed-files.js";
import type { GitHub } from "../../../../src/adapters/github/client.js";
import type { GitHubRun } from "../../../../src/adapters/github/event.js";
import { readProject } from "../../../../src/core/project/project.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import { planRelease } from "../../../../src/features/releases/plan/plan.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { initGit } from "../../../harness/git.js";

const paths = "moorage:paths: { value: [apps/api/**] }";

/** Pushes to a repository of two apps, and what they would deploy of one. */
function repository(settings = paths, service = "{ port: 80 }") {
  const folder = temporaryFolder();
  const git = initGit(folder);
  const app = join(folder, "apps/api");
  mkdirSync(app, { recursive: true });
  mkdirSync(join(folder, "apps/web"));
  writeFileSync(join(app, "Pulumi.yaml"), `name: api\nconfig: { moorage:app: api, ${settings} }\n`);
  writeFileSync(join(app, "Pulumi.dev.yaml"), `config: { moorage:services: { api: ${service} } }\n`);
  const first = git.commit("one");
  let before: string | undefined = first;
  return {
    from: (commit: string | undefined) => void (before = commit),
    push(file: string) {
      writeFileSync(join(folder, file), String(Math.random()));
      git.run("add", ".");
      return git.commit(file);
    },
    async deploys(commit: string) {
      const run = {
        event: "push",
        ref: "refs/heads/main",
        commit,
        before,
        defaultBranch: "main",
        inputs: {},
      } as unknown as GitHubRun;
      const { signal } = new AbortController();
      const edges = { project: await readProject(app), run, reporter: silentReporter, env: {}, signal };
      const { stops, build, reason } = await planRelease(
        { environment: undefined, tag: undefined, promote: true },
        edges,
      );
      return { stops: stops.map(({ environment }) => environment), build, reason };
    },
  };
}

it("adoption A4: a push that changes nothing of an app deploys nothing of it", async () => {
  const { push, deploys } = repository();
  expect(await deploys(push("apps/web/index.ts"))).toEqual({
    stops: [],
    build: null,
    reason: "The push changes nothing of this app (moorage:paths).",
  });
  expect(await deploys(push("apps/api/index.ts"))).toMatchObject({ stops: ["dev"], build: "dev" });
});

it("its configuration and its services' paths count; without paths everything does", async () => {
  const own = repository("moorage:scope: api", "{ port: 80, paths: [libs/*.ts] }");
  expect((await own.deploys(own.push("apps/web/index.ts"))).stops).toEqual([]);
  expect((await own.deploys(own.push("apps/api/Pulumi.prod.yaml"))).stops).toEqual(["dev"]);
  const all = repository("moorage:scope: api");
  expect((await all.deploys(all.push("apps/web/index.ts"))).stops).toEqual(["dev"]);
});

it.each([undefined, "0".repeat(40), "1".repeat(40)])(
  "what is not known of a push is taken for a change: before it was %s",
  async (before) => {
    const { from, push, deploys } = repository();
    from(before);
    expect((await deploys(push("apps/web/index.ts"))).stops).toEqual(["dev"]);
  },
);

it("GitHub tells what a push changes, but for rewritten history and for more than it lists", async () => {
  const told = (data: object) =>
    filesBetween(
      { access: { repository: {} }, request: () => Promise.resolve({ data }) } as unknown as GitHub,
      "a",
      "b",
    );
  const files = [{ filename: "new", previous_filename: "old" }, { filename: "other" }];
  expect(await told({ status: "ahead", files })).toEqual(["new", "old", "other"]);
  expect(await told({ status: "diverged", files })).toBeUndefined();
  expect(await told({ status: "ahead" })).toBeUndefined();
  expect(await told({ status: "ahead", files: Array(300).fill(files[1]) })).toBeUndefined();
});
