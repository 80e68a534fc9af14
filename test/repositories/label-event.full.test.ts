import { join } from "node:path";
import { expect, it } from "vitest";
import { filesOf } from "../fakes/github/files.js";
import { GitHubFake } from "../fakes/github/github.js";
import { putPull } from "../fakes/github/pulls.js";
import { pullRequestPayload } from "../harness/github-run.js";
import { goTool } from "../harness/go-tool.js";
import { pythonTool } from "../harness/python-tool.js";
import { act } from "./act.js";
import { baseArchive, podmanWithBaseImages } from "./base-images.js";
import { apart, usual } from "./journey.js";
import { offline } from "./offline.js";
import { onPlatform, platform } from "./platform.js";
import { type Files, goMonorepo, nodeOnMaster, pythonWithCompose } from "./samples.js";
import { Team } from "./team.js";

const prepare = () => Promise.all([baseArchive(), goTool("act"), goTool("actionlint"), pythonTool("zizmor")]);

interface Sample {
  name: string;
  files: Files;
  branch?: string;
  go?: boolean;
  /** The options of `init`, and what has to be there before. */
  options: (team: Team) => Promise<string[]>;
  /** Where the app is. */
  place?: string;
  /** The workflow that the label starts. */
  workflow?: string;
}

const samples: readonly Sample[] = [
  { name: "a Node app on master", files: nodeOnMaster, branch: "master", options: async () => usual },
  { name: "Flask behind nginx", files: pythonWithCompose, options: async () => usual },
  {
    name: "a Go app of two",
    files: goMonorepo,
    go: true,
    options: async () => usual,
    place: "apps/orders",
    workflow: "moorage-orders-preview",
  },
  {
    name: "an existing cluster",
    files: nodeOnMaster,
    options: async (team) => {
      await team.unpack();
      return onPlatform(await platform(team));
    },
  },
  { name: "accounts apart", files: nodeOnMaster, options: async () => apart },
];

offline("test/repositories/label-event.full.test.ts", prepare, () => {
  it.each(samples)("the label of a pull request, from checkout to URL: $name", { timeout: 400_000 }, label);
});

async function label({
  files,
  branch = "main",
  go = false,
  options,
  place = ".",
  workflow,
}: Sample): Promise<void> {
  const { tool, missing } = await goTool("act");
  if (tool === undefined) throw new Error(missing);
  const fake = await GitHubFake.start();
  const path = await podmanWithBaseImages({ go });
  const team = new Team(files, { branch, origin: fake.repository, path });
  await team.takeMoorage(place, ...(await options(team)));
  await team.lint();
  await team.commit("Moorage");
  await team.run("git", "checkout", "--quiet", "-b", "topic");
  team.write({ [join(place, "NOTES")]: "A change\n" });
  const tag = await team.commit("A change");
  const head = (await team.run("git", "rev-parse", "HEAD")).trim();
  await team.run("git", "checkout", "--quiet", branch);
  putPull(fake, 7, { headCommit: head });
  filesOf(fake).set(7, [join(place, "NOTES")]);

  const payload = {
    ...pullRequestPayload(7, {
      labels: [{ name: "deploy" }],
      head: { ref: "topic", sha: head, repo: { full_name: fake.repository } },
    }),
    action: "labeled",
    label: { name: "deploy" },
  };
  const startedAt = performance.now();
  const run = await act(tool, team, fake, workflow ?? "moorage-preview", { name: "pull_request", payload });
  const seconds = (performance.now() - startedAt) / 1_000;
  expect(run.code, run.stdout + run.stderr).toBe(0);
  const { url } = await team.json<{ url: string }>("preview", "url", "--pr", "7", "--cwd", place);
  expect(await team.answer(url)).toContain("version one");
  expect(fake.commentsOf(7)).toEqual([expect.stringContaining("`pr-7` is ready")]);
  expect(fake.violations).toEqual([]);
  process.stdout.write(`${tag}: ${seconds.toFixed(1)} s from checkout to URL\n${stepsOf(run.stdout)}\n`);
  fake.close();
}

/** act's own figures of each step. */
function stepsOf(log: string): string {
  return log
    .split("\n")
    .filter((line) => /Success - (Main|Pre|Post)/.test(line))
    .join("\n");
}
