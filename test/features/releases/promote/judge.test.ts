import { describe, expect, it } from "vitest";
import type { Candidate, FoundImage, Promoted } from "../../../../src/features/releases/promote/judge.js";
import {
  judgeCandidate,
  judgeRoute,
  judgeShared,
  ranWellAs,
  wentBackFrom,
} from "../../../../src/features/releases/promote/judge.js";
import { commitOfImageTag, releaseKind } from "../../../../src/core/project/release-tag.js";

const triggers = { main: ["dev"], prerelease: ["staging"] };
const commit = "0123456789abcdef0123456789abcdef01234567";
const other = "fedcba9876543210fedcba9876543210fedcba98";
const digest = `sha256:${"a".repeat(64)}`;
const moved = `sha256:${"b".repeat(64)}`;

describe("release tags", () => {
  it.each([
    ["v1.2.3", "release"],
    ["v0.0.0", "release"],
    ["v1.2.3-rc.1", "prerelease"],
    ["v1.2.3-alpha-2", "prerelease"],
    ["1.2.3", undefined],
    ["v1.2", undefined],
    ["v01.2.3", undefined],
    ["v1.2.3-", undefined],
    ["v1.2.3-rc..1", undefined],
    ["v1.2.3\n", undefined],
    ["sha-0123456789ab", undefined],
    ["latest", undefined],
  ])("%j is %s", (tag, kind) => {
    expect(releaseKind(tag)).toBe(kind);
  });

  it("knows a commit's own tag", () => {
    expect(commitOfImageTag("sha-0123456789ab")).toBe("0123456789ab");
    for (const tag of ["sha-0123456789a", "sha-0123456789abc", "sha-0123456789AB", "v1"]) {
      expect(commitOfImageTag(tag)).toBeUndefined();
    }
  });
});

describe("where a version may go", () => {
  it.each([
    ["v1.2.3", "staging", undefined],
    ["v1.2.3", "prod", undefined],
    ["v1.2.3-rc.1", "staging", undefined],
    ["v1.2.3-rc.1", "dev", undefined],
    ["v1.2.3-rc.1", "prod", "prerelease-stops"],
    ["v1.2.3-rc.1", "live", "prerelease-stops"],
    ["sha-0123456789ab", "prod", undefined],
    ["latest", "staging", "latest-not-promoted"],
    ["latest", "prod", "latest-not-promoted"],
  ])("%s to %s: %s", (as, to, code) => {
    expect(judgeRoute(as, to, triggers)?.code).toBe(code);
  });

  it("follows what the configuration says of pre-releases", () => {
    expect(judgeRoute("v1.0.0-rc.1", "prod", { main: [], prerelease: ["prod"] })).toBeUndefined();
    expect(judgeRoute("v1.0.0-rc.1", "staging", { main: [], prerelease: [] })?.message).toContain(
      "no environment",
    );
  });
});

describe("what an environment ran well", () => {
  const ran = (imageTag: string, web: string, rest: object = {}) => ({
    imageTag,
    digests: { web },
    good: true,
    ...rest,
  });

  it("is the newest good deployment of the tag", () => {
    const history = [
      ran("v1", digest),
      ran("v2", moved),
      ran("v1", moved),
      ran("v1", digest, { good: false }),
    ];
    expect(ranWellAs(history, "v1")?.digests).toEqual({ web: moved });
    expect(ranWellAs(history, "v3")).toBeUndefined();
  });

  it("is nothing when a person rolled back from it", () => {
    expect(ranWellAs([ran("v1", digest, { withdrawn: true })], "v1")).toBeUndefined();
    const mended = [ran("v1", digest, { withdrawn: true }), ran("v1", moved)];
    expect(ranWellAs(mended, "v1")?.digests).toEqual({ web: moved });
  });

  it("correctness 12, F44: is nothing when a person rolled back from the same bytes under another tag", () => {
    const history = [ran("sha-1", digest), ran("v1", moved), ran("v2", digest, { withdrawn: true })];
    expect(wentBackFrom(history, "sha-1")).toEqual(["web"]);
    expect(wentBackFrom(history, "v1")).toEqual([]);
    expect(wentBackFrom([...history, ran("v2", digest)], "sha-1")).toEqual([]);
  });
});

describe("one image", () => {
  const found: FoundImage = { digest, status: "ACTIVE", platforms: ["linux/amd64"], revision: commit };
  const candidate: Candidate = {
    service: "web",
    tag: "sha-0123456789ab",
    source: "dev.registry/hello:sha-0123456789ab",
    target: "staging.registry/hello:v1.2.3",
    recorded: digest,
    found,
    taken: undefined,
    platform: "linux/amd64",
  };
  const promoted: Promoted = { from: "dev", tag: "sha-0123456789ab", as: "v1.2.3", releaseCommit: commit };

  it("is carried when nothing stands against it", () => {
    expect(judgeCandidate(candidate, promoted)).toEqual([]);
    expect(judgeCandidate({ ...candidate, taken: digest }, promoted)).toEqual([]);
    const untold = { ...candidate, found: { ...found, revision: undefined } };
    const named = { ...untold, tag: "v1" };
    expect(judgeCandidate(named, { ...promoted, tag: "v1", releaseCommit: undefined })).toEqual([]);
  });

  it("is carried as an older commit's where the release's deployment left its service out", () => {
    const kept = { ...candidate, tag: `sha-${other.slice(0, 12)}`, found: { ...found, revision: other } };
    expect(judgeCandidate(kept, promoted)).toEqual([]);
    expect(judgeCandidate({ ...kept, tag: "sha-0123456789ab" }, promoted)).not.toEqual([]);
  });

  it.each<[string, Partial<Candidate>, Partial<Promoted>, string]>([
    ["F21: it is gone", { found: undefined }, {}, "image-missing"],
    ["F21: it is archived", { found: { ...found, status: "ARCHIVED" } }, {}, "image-not-active"],
    ["F21: it is for another platform", { platform: "linux/arm64" }, {}, "platform"],
    ["F20: its tag names other bytes than recorded", { recorded: moved }, {}, "tag-moved"],
    ["F20: the new tag names other bytes", { taken: moved }, {}, "tag-taken"],
    ["it was never run well", { recorded: undefined }, {}, "not-run-well"],
    [
      "its tag records another commit",
      { found: { ...found, revision: other } },
      { releaseCommit: undefined },
      "revision-mismatch",
    ],
    [
      "correctness 15, F52: its tag is a commit's, and it names none",
      { found: { ...found, revision: undefined } },
      { releaseCommit: undefined },
      "revision-mismatch",
    ],
    [
      "correctness 15, F52: one of its platforms' images is of another commit",
      { found: { ...found, revisions: [commit, other] } },
      {},
      "revision-mismatch",
    ],
    ["the release is another commit", {}, { releaseCommit: other }, "release-names-another-commit"],
    [
      "the release's commit is not told",
      { found: { ...found, revision: undefined }, tag: "v1" },
      { tag: "v1" },
      "release-names-another-commit",
    ],
  ])("is refused when %s", (_why, change, request, code) => {
    const refusals = judgeCandidate({ ...candidate, ...change }, { ...promoted, ...request });
    expect(refusals.map((refusal) => refusal.code)).toEqual([code]);
    expect(refusals[0]?.hint).not.toBe("");
  });

  it("is refused where a service that shares its repository ran other bytes", () => {
    const old = { ...candidate, service: "worker", tag: "v1", found: { ...found, digest: moved } };
    expect(judgeShared([candidate, old]).map(({ code }) => code)).toEqual(["tag-shared"]);
    expect(judgeShared([candidate, { ...candidate, service: "worker" }])).toEqual([]);
    expect(judgeShared([candidate, { ...old, target: "staging.registry/worker:v1.2.3" }])).toEqual([]);
    expect(judgeShared([candidate, { ...old, found: undefined }])).toEqual([]);
  });

  it("is refused for all reasons at once", () => {
    const bad = { ...candidate, recorded: moved, taken: moved, platform: "linux/arm64" };
    expect(judgeCandidate(bad, promoted).map(({ code }) => code)).toEqual([
      "tag-moved",
      "platform",
      "tag-taken",
    ]);
  });
});
