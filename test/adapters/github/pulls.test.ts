import { expect, it } from "vitest";
import { githubAccess, openGitHub, type GitHub } from "../../../src/adapters/github/client.js";
import { lookAtPull, readPulls } from "../../../src/adapters/github/pulls.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { putPull } from "../../fakes/github/pulls.js";
import { stranger } from "../../fakes/github/views.js";
import { hostileTexts } from "../../harness/untrusted-input.js";
import { silentReporter } from "../../../src/core/reporter.js";

const fake = await GitHubFake.open();

function client(env: Record<string, string> = {}): GitHub {
  const access = githubAccess({ ...fake.env, ...env });
  if ("missing" in access) throw new Error(access.missing);
  return openGitHub(access, { reporter: silentReporter, pace: { spaced: false, secondMs: 1 } });
}

it("a look: what the pull request is, and its comments, in one call", async () => {
  putPull(fake, 42, { labels: ["deploy", "bug"], draft: true });
  const ours = fake.addComment(42, "ours");
  fake.addComment(42, "theirs", stranger);
  const github = client();
  expect(await lookAtPull(github, 42)).toEqual({
    pull: {
      number: 42,
      state: "open",
      draft: true,
      labels: ["deploy", "bug"],
      headCommit: "0123456789abcdef0123456789abcdef01234567",
      fork: false,
      author: "octocat",
    },
    comments: [
      { id: ours.id, body: "ours", ours: true },
      { id: ours.id + 1, body: "theirs", ours: false },
    ],
  });
  expect(github.calls).toBe(1);
});

it("a comment whose number is larger than GraphQL's Int, as GitHub's are by now, is one", async () => {
  putPull(fake, 43);
  fake.addComment(43, "ours").id = 3_456_789_012;
  const { comments } = await lookAtPull(client(), 43);
  expect(comments).toEqual([{ id: 3_456_789_012, body: "ours", ours: true }]);
});

it("F27: a head in another repository, or in one that is gone, is a fork's", async () => {
  putPull(fake, 1, { headRepository: "stranger/hello" });
  putPull(fake, 2, { headRepository: null });
  expect((await lookAtPull(client(), 1)).pull.fork).toBe(true);
  expect((await lookAtPull(client(), 2)).pull.fork).toBe(true);
});

it("closed and merged are told apart; more than a page of comments is said", async () => {
  putPull(fake, 3, { state: "closed" });
  putPull(fake, 4, { state: "closed", merged: true });
  for (let index = 0; index < 101; index++) fake.addComment(4, "remark");
  expect((await lookAtPull(client(), 3)).pull.state).toBe("closed");
  expect(await lookAtPull(client(), 4)).toMatchObject({ pull: { state: "merged" }, comments: undefined });
});

it.each([
  ["a number that is not there", 999, {}, "pr-not-found"],
  ["a repository that cannot be seen", 42, { GITHUB_REPOSITORY: "acme/secret" }, "pr-not-found"],
  ["a token that is not accepted", 42, { GITHUB_TOKEN: "other" }, "github-token-refused"],
] as const)("%s cannot be looked at: %s", async (_name, number, env, code) => {
  await expect(lookAtPull(client(env), number)).rejects.toMatchObject({ code });
});

it("F13: one that may not be read is an error, not a closed one", async () => {
  fake.unreadablePulls.set(5, "FORBIDDEN");
  await expect(lookAtPull(client(), 5)).rejects.toMatchObject({ code: "github-forbidden" });
});

it("F13: many at once: read, missing and unreadable are told apart, a hundred a call", async () => {
  const numbers = Array.from({ length: 250 }, (_, index) => 1000 + index);
  for (const number of numbers) putPull(fake, number);
  fake.pulls.delete(1100);
  fake.unreadablePulls.set(1200, "INTERNAL");
  const github = client();
  const readings = await readPulls(github, numbers);
  expect(github.calls).toBe(3);
  expect(readings.size).toBe(250);
  expect(readings.get(1100)).toEqual({ kind: "missing" });
  expect(readings.get(1200)).toEqual({ kind: "unreadable", why: "INTERNAL" });
  const rest = numbers.filter((number) => number !== 1100 && number !== 1200);
  expect(rest.every((number) => readings.get(number)?.kind === "read")).toBe(true);
});

it("F13: a repository that cannot be seen, a rate limit, an outage: nothing is read", async () => {
  const unreadable = { kind: "unreadable", why: expect.any(String) as string };
  const all = new Map([[42, unreadable]]);
  expect(await readPulls(client({ GITHUB_REPOSITORY: "acme/secret" }), [42])).toEqual(all);
  fake.plan(/graphql/, { status: 403, body: { message: "API rate limit exceeded" } });
  expect(await readPulls(client(), [42])).toEqual(all);
  for (let attempt = 0; attempt < 5; attempt++) fake.plan(/graphql/, { status: 502, body: { message: "" } });
  expect(await readPulls(client(), [42])).toEqual(all);
});

it("F26: hostile words come as they are", async () => {
  for (const text of hostileTexts) {
    putPull(fake, 77, { labels: [text], headRef: text, title: text, author: "octocat" });
    expect((await lookAtPull(client(), 77)).pull.labels).toEqual([text]);
  }
});
