import { expect, it } from "vitest";
import { GitHubFake } from "../fakes/github/github.js";
import { putPull } from "../fakes/github/pulls.js";
import { pullRequestPayload } from "../harness/github-run.js";
import { goTool } from "../harness/go-tool.js";
import { act } from "./act.js";
import { baseArchive, podmanWithBaseImages } from "./base-images.js";
import { usual } from "./journey.js";
import { offline } from "./offline.js";
import { nodeOnMaster } from "./samples.js";
import { Team } from "./team.js";

const prepare = () => Promise.all([baseArchive(), goTool("act")]);

offline("test/repositories/label-event.full.test.ts", prepare, () => {
  it.each([["a Node app on master", nodeOnMaster, "master"]])(
    "the label of a pull request, from checkout to URL: %s",
    { timeout: 400_000 },
    async (_name, files, branch) => {
      const { tool, missing } = await goTool("act");
      if (tool === undefined) throw new Error(missing);
      const fake = await GitHubFake.start();
      const team = new Team(files, { branch, origin: fake.repository, path: await podmanWithBaseImages() });
      await team.takeMoorage(...usual);
      await team.commit("Moorage");
      await team.run("git", "checkout", "--quiet", "-b", "topic");
      const tag = await team.commit("A change");
      const head = (await team.run("git", "rev-parse", "HEAD")).trim();
      await team.run("git", "checkout", "--quiet", branch);
      putPull(fake, 7, { headCommit: head });

      const payload = {
        ...pullRequestPayload(7, {
          labels: [{ name: "deploy" }],
          head: { ref: "topic", sha: head, repo: { full_name: fake.repository } },
        }),
        action: "labeled",
        label: { name: "deploy" },
      };
      const startedAt = performance.now();
      const run = await act(tool, team, fake, "moorage-preview", { name: "pull_request", payload });
      const seconds = (performance.now() - startedAt) / 1_000;
      expect(run.code, run.stdout + run.stderr).toBe(0);
      const { url } = await team.json<{ url: string }>("preview", "url", "--pr", "7");
      expect(await team.answer(url)).toContain("version one");
      expect(fake.commentsOf(7)).toEqual([expect.stringContaining("`pr-7` is ready")]);
      expect(fake.violations).toEqual([]);
      process.stdout.write(`${tag}: ${seconds.toFixed(1)} s from checkout to URL\n${stepsOf(run.stdout)}\n`);
      fake.close();
    },
  );
});

/** act's own figures of each step. */
function stepsOf(log: string): string {
  return log
    .split("\n")
    .filter((line) => /Success - (Main|Pre|Post)/.test(line))
    .join("\n");
}
