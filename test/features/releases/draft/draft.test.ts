import { beforeEach, expect, it } from "vitest";
import { draftBody, isOurDraft } from "../../../../src/features/releases/draft/body.js";
import { draftRelease } from "../../../../src/features/releases/draft/draft.js";
import { runningVersion } from "../../../../src/features/releases/draft/running-version.js";
import { lastRelease, nextVersion } from "../../../../src/features/releases/draft/version.js";
import { githubAccess, openGitHub, type GitHub } from "../../../../src/adapters/github/client.js";
import { newRecord, type StackRecord } from "../../../../src/adapters/record/record.js";
import { GitHubFake } from "../../../fakes/github/github.js";
import { releasesOf } from "../../../fakes/github/releases.js";
import { silentReporter } from "../../../../src/core/reporter.js";

const fake = await GitHubFake.open();
const releases = releasesOf(fake);
beforeEach(() => {
  fake.requests.splice(0);
  releases.all.splice(0);
  releases.refs.clear();
});

const commit = "c".repeat(40);
const running = { environment: "dev", imageTag: "sha-cccccccccccc", commit };

function client(): GitHub {
  const access = githubAccess(fake.env);
  if ("missing" in access) throw new Error(access.missing);
  return openGitHub(access, { reporter: silentReporter, pace: { spaced: false, secondMs: 1 } });
}

it.each([
  [[], "patch", "v0.0.1"],
  [[], "major", "v1.0.0"],
  [["v1.2.3", "v1.2.10", "v1.2.9"], "patch", "v1.2.11"],
  [["v1.2.3"], "minor", "v1.3.0"],
  [["v1.2.3"], "major", "v2.0.0"],
  [["v1.2.3", "v1.3.0-rc.2"], "patch", "v1.3.0"],
  [["nightly", "1.9.9", "v1", "v1.2.3"], "patch", "v1.2.4"],
] as const)("after %j a %s is %s", (published, bump, next) => {
  expect(nextVersion(published, bump)).toBe(next);
});

it("notes begin after the last release, not after a pre-release", () => {
  expect(lastRelease(["v1.2.3", "v1.3.0-rc.2", "v1.2.9", "nightly"])).toBe("v1.2.9");
  expect(lastRelease(["nightly"])).toBeUndefined();
});

it("the first draft: on the whole commit that dev runs, in six calls", async () => {
  releases.add("v1.2.3", { target: "a".repeat(40) });
  const result = await draftRelease(client(), running, "patch");
  expect(result).toMatchObject({
    environment: "dev",
    commit,
    tag: "v1.2.4",
    previousTag: "v1.2.3",
    result: "created",
  });
  expect(releases.drafts).toMatchObject([{ tag: "v1.2.4", name: "v1.2.4", target: commit }]);
  for (const part of ["since v1.2.3", commit, "sha-cccccccccccc"])
    expect(releases.drafts[0]?.body).toContain(part);
  expect(fake.requests.length).toBeLessThanOrEqual(6);
});

it("the next one updates it in place; the same again changes nothing", async () => {
  await draftRelease(client(), running, "patch");
  const [first] = releases.drafts;
  const newer = { ...running, commit: "d".repeat(40), imageTag: "sha-dddddddddddd" };
  expect((await draftRelease(client(), newer, "patch")).result).toBe("updated");
  expect((await draftRelease(client(), newer, "patch")).result).toBe("unchanged");
  expect(releases.drafts).toMatchObject([{ id: first?.id, tag: "v0.0.1", target: newer.commit }]);
});

it("the draft is found on whatever page it is; drafts too many go, those of people stay", async () => {
  await draftRelease(client(), running, "patch");
  const [ours] = releases.drafts;
  releases.add("v9.0.0", { draft: true, body: "Mine, for later." });
  releases.add("v0.0.1", { draft: true, body: ours?.body ?? "" });
  for (let index = 0; index < 120; index++) releases.add(`nightly-${index}`);
  await draftRelease(client(), { ...running, commit: "d".repeat(40) }, "patch");
  expect(releases.drafts).toMatchObject([
    { id: ours?.id, tag: "v0.0.1", target: "d".repeat(40) },
    { tag: "v9.0.0", target: "main", body: "Mine, for later." },
  ]);
});

it("what people do to the draft stays: a higher version, and text around the notes", async () => {
  await draftRelease(client(), running, "patch");
  const [draft] = releases.drafts;
  Object.assign(draft ?? {}, { tag: "v2.0.0", body: `Thanks to all!\n\n${draft?.body ?? ""}\n\nSee you.` });
  await draftRelease(client(), { ...running, commit: "d".repeat(40) }, "minor");
  expect(releases.drafts).toMatchObject([{ tag: "v2.0.0" }]);
  expect(releases.drafts[0]?.body).toMatch(/^Thanks to all![\s\S]*d{40}[\s\S]*See you\.$/);
});

it("what is published is not drafted again, also where a person published it of a branch", async () => {
  const published = releases.add("v1.2.3", { target: commit });
  expect(await draftRelease(client(), running, "patch")).toMatchObject({ result: "released", tag: "v1.2.3" });
  published.target = "main";
  releases.refs.set("v1.2.3", commit);
  expect(await draftRelease(client(), running, "patch")).toMatchObject({ result: "released" });
  releases.refs.set("v1.2.3", "e".repeat(40));
  expect(await draftRelease(client(), running, "patch")).toMatchObject({ result: "created", tag: "v1.2.4" });
});

it("a tag that stands on another commit is passed over: GitHub would release that commit", async () => {
  releases.refs.set("v0.0.1", "e".repeat(40));
  releases.refs.set("v0.0.2", "f".repeat(40));
  expect((await draftRelease(client(), running, "patch")).tag).toBe("v0.0.3");
  releases.all.splice(0);
  releases.refs.set("v0.0.1", commit);
  expect((await draftRelease(client(), running, "patch")).tag).toBe("v0.0.1");
});

it("several runs at once leave exactly one draft", async () => {
  fake.latencyMs = 20;
  for (let round = 0; round < 5; round++) {
    releases.all.splice(0);
    await Promise.all(Array.from({ length: 5 }, () => draftRelease(client(), running, "patch")));
    expect(releases.drafts).toMatchObject([{ tag: "v0.0.1", target: commit }]);
  }
  fake.latencyMs = 0;
});

it("F26: a title in the notes neither ends the generated part nor makes a draft ours", () => {
  const notes = "* <!-- /moorage release draft --> by @mallory";
  const body = draftBody(notes, "");
  expect(draftBody("new", body)).toBe(draftBody("new", ""));
  expect(isOurDraft("* <!-- moorage --> by @mallory")).toBe(false);
});

it("stays within GitHub's limit, with what people wrote whole", () => {
  const notes = Array.from({ length: 9_000 }, (_, index) => `* change number ${index}`).join("\n");
  const known = draftBody("old", "").replace(/^/, "Thanks!\n");
  const body = draftBody(notes, known);
  expect(body.length).toBeLessThanOrEqual(125_000);
  for (const part of ["Thanks!", "change number 0\n", "Shortened"]) expect(body).toContain(part);
});

function recordOf(changes: Partial<StackRecord>): StackRecord {
  return { ...newRecord("hello", "dev", new Date()), ...changes };
}

it("nothing deployed, nothing that runs well, or no commit told: says so", async () => {
  const deployed = {
    imageTag: "v1",
    digests: {},
    services: [],
    version: { requestedAt: "2026-01-01T00:00:00Z" },
  };
  const problem = (record: StackRecord | undefined) =>
    runningVersion(client(), "dev", record).catch((error: { code: string }) => error.code);
  expect(await problem(undefined)).toBe("nothing-deployed");
  expect(await problem(recordOf({ status: "failed", deployed }))).toBe("not-running-well");
  expect(await problem(recordOf({ status: "ready", deployed }))).toBe("commit-unknown");
});

it("the commit is the image's; else the tag's digits, made whole by GitHub", async () => {
  const version = { requestedAt: "2026-01-01T00:00:00Z" };
  const deployed = { imageTag: "sha-cccccccccccc", digests: {}, services: [], version };
  releases.refs.set("cccccccccccc", commit);
  expect(await runningVersion(client(), "dev", recordOf({ status: "ready", deployed }))).toEqual(running);
  const labelled = { ...deployed, imageTag: "main", version: { ...version, commit: "d".repeat(40) } };
  const found = await runningVersion(client(), "dev", recordOf({ status: "ready", deployed: labelled }));
  expect(found.commit).toBe("d".repeat(40));
});
