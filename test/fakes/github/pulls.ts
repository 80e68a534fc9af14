import type { GitHubFake } from "./github.js";
import { githubTime } from "./route.js";
import type { Pull } from "./views.js";

/** Puts a pull request there, or changes one: open and labelled by default. */
export function putPull(fake: GitHubFake, number: number, changes: Partial<Pull> = {}): Pull {
  const now = githubTime();
  const pull: Pull = {
    state: "open",
    merged: false,
    draft: false,
    title: "A change",
    headRef: "topic",
    headCommit: "0123456789abcdef0123456789abcdef01234567",
    headRepository: fake.repository,
    labels: ["deploy"],
    author: "octocat",
    createdAt: now,
    ...fake.pulls.get(number),
    ...changes,
    number,
    updatedAt: now,
  };
  fake.pulls.set(number, pull);
  return pull;
}
