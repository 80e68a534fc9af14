import { expect, it } from "vitest";
import { marker } from "../../../src/features/publish/comment/marker.js";
import { type PullWatch, watchPull } from "../../../src/features/previews/pull-watch.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { GitHubFake } from "../../fakes/github/github.js";
import { putPull } from "../../fakes/github/pulls.js";
import { stranger } from "../../fakes/github/views.js";

const fake = await GitHubFake.open();
const identity = { project: "hello", stack: "pr-1" };

function watch(pr: number, env: Record<string, string> = fake.env): PullWatch | undefined {
  const { signal } = new AbortController();
  return watchPull({ env, reporter: silentReporter, signal }, pr, { spaced: false, secondMs: 1 });
}

async function opened(pr: number): Promise<PullWatch> {
  putPull(fake, pr);
  const found = watch(pr);
  if (!found) throw new Error("no watch");
  await found.look();
  fake.requests.splice(0);
  return found;
}

it("there is none without a repository or a token", () => {
  expect(watch(1, {})).toBeUndefined();
  expect(watch(1, { GITHUB_REPOSITORY: "acme/hello" })).toBeUndefined();
});

it("a glance, and the comments, are the last look's while that is fresh; a look is new", async () => {
  const one = await opened(1);
  putPull(fake, 1, { state: "closed" });
  expect((await one.glance()).state).toBe("open");
  expect((await one.comments(1)).comments).toEqual([]);
  expect(fake.requests).toEqual([]);
  expect((await one.look()).state).toBe("closed");
  expect((await one.comments(1, new Date().toISOString())).comments).toEqual([]);
  expect(fake.requests).toEqual(["POST /graphql", "POST /graphql"]);
});

it("F29, F48: a glance looks again when something has happened since, whatever clocks say", async () => {
  const four = await opened(4);
  putPull(fake, 4, { headCommit: "f".repeat(40) });
  expect((await four.glance(false)).headCommit).not.toBe("f".repeat(40));
  expect((await four.glance(true)).headCommit).toBe("f".repeat(40));
  expect(fake.requests).toEqual(["POST /graphql"]);
});

it("comments of more than a page are read page by page", async () => {
  for (let index = 0; index < 101; index++) fake.addComment(2, `remark ${String(index)}`, stranger);
  const two = await opened(2);
  expect((await two.comments(2)).comments).toHaveLength(101);
  expect(fake.requests).toEqual(Array(2).fill("GET /repos/acme/hello/issues/2/comments"));
});

it("F19: it is contended when another run writes Moorage's comment, not when people talk", async () => {
  const three = await opened(3);
  fake.addComment(3, "looks good", stranger);
  await three.look();
  expect(three.contended()).toBe(false);
  fake.addComment(3, `${marker(identity, { run: 9, attempt: 1 })}\ntext`);
  await three.look();
  expect(three.contended()).toBe(true);
});
