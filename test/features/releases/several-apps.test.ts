import { describe, expect, it } from "vitest";
import type { ListedRelease } from "../../../src/adapters/github/releases.js";
import { triggers } from "../../../src/core/project/triggers.js";
import { releaseKind, releaseVersion } from "../../../src/core/project/release-tag.js";
import { chooseDraft, draftsAmong } from "../../../src/features/releases/draft/choice.js";
import { judgeRelease, planTrain, type Trigger } from "../../../src/features/releases/plan/release-plan.js";
import { judgeTagOwner } from "../../../src/features/releases/promote/judge.js";

const config = { triggers: triggers.parse({}), release: {}, tagPrefix: "api-" };
const published = (tag: string, prerelease = false): Trigger => ({
  kind: "release",
  tag,
  prerelease,
  draft: false,
  action: "published",
});

describe("adoption A4: a tag of one app of several", () => {
  it.each([
    ["api-v1.2.3", "release"],
    ["web-admin-v1.2.3-rc.1", "prerelease"],
    ["v1.2.3-rc.1", "prerelease"],
    ["api-v1.2", undefined],
    ["api-1.2.3", undefined],
  ])("%s is %s", (tag, kind) => {
    expect(releaseKind(tag)).toBe(kind);
  });

  it("is a version of that app, and of no app whose name it begins with", () => {
    expect(releaseVersion("api-v1.2.3", "api-")).toBe("v1.2.3");
    expect(releaseVersion("api-web-v1.2.3", "api-")).toBeUndefined();
    expect(releaseVersion("v1.2.3", "api-")).toBeUndefined();
    expect(releaseVersion("api-v1.2.3", "")).toBeUndefined();
  });
});

describe("adoption A4: a release of one app of several", () => {
  it("deploys that app under its own tag", () => {
    expect(judgeRelease(published("api-v1.2.3"), "api-")).toBeUndefined();
    expect(
      planTrain(published("api-v1.2.3"), config).stops.map(({ environment, tag }) => [environment, tag]),
    ).toEqual([
      ["staging", "api-v1.2.3"],
      ["prod", "api-v1.2.3"],
    ]);
    expect(judgeRelease(published("api-v1.2.3", true), "api-")?.message).toMatch(/marked as a pre-release/);
  });

  it.each(["web-v1.2.3", "v1.2.3", "api-web-v1.2.3"])(
    "%s deploys nothing of the app api, and is no mistake",
    (tag) => {
      expect(judgeRelease(published(tag), "api-")).toBeUndefined();
      expect(planTrain(published(tag), config)).toMatchObject({
        stops: [],
        reason: `${tag} is a version of another app (moorage:triggers.tagPrefix).`,
      });
    },
  );

  it("neither does a pushed tag: patterns are of versions, without the app's name", () => {
    const tagged = { ...config, triggers: triggers.parse({ tags: { "v*": "prod", "v*-rc.*": "staging" } }) };
    const stops = (tag: string) =>
      planTrain({ kind: "tag", tag }, tagged).stops.map(({ environment }) => environment);
    expect(stops("api-v1.2.3")).toEqual(["prod"]);
    expect(stops("api-v1.2.3-rc.1")).toEqual(["staging"]);
    expect(stops("web-v1.2.3")).toEqual([]);
  });
});

it("adoption A4: an app's draft follows its own releases, and no other app's draft is touched", () => {
  const release = (id: number, tag: string, draft = false): ListedRelease => ({
    id,
    tag,
    draft,
    target: "main",
    body: draft ? "<!-- moorage release draft -->" : "",
    url: "",
  });
  const releases = [
    release(1, "api-v1.0.0"),
    release(2, "web-v9.0.0"),
    release(3, "web-v9.0.1", true),
    release(4, "api-v1.0.1", true),
    release(5, "v2.0.0", true),
  ];
  expect(draftsAmong(releases, "api-").known?.id).toBe(4);
  expect(draftsAmong(releases, "web-")).toMatchObject({ known: { id: 3 }, extras: [] });
  expect(draftsAmong(releases).known?.id).toBe(5);
  expect(chooseDraft(releases, "minor", "api-")).toMatchObject({ tag: "api-v1.1.0", previous: { id: 1 } });
});

it("adoption A4: another app's version is not promoted", () => {
  expect(judgeTagOwner(["api-v1.2.3", "sha-0123456789ab"], "api-")).toBeUndefined();
  expect(judgeTagOwner(["web-v1.2.3"], "api-")?.code).toBe("release-of-another-app");
});
