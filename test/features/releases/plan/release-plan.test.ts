import { describe, expect, it } from "vitest";
import { releaseSchema } from "../../../../src/core/project/triggers.js";
import {
  judgeRelease,
  type Trigger,
  planTrain,
} from "../../../../src/features/releases/plan/release-plan.js";

const commitTag = "sha-0123456789ab";

function push(branch: string): Trigger {
  return { kind: "branch", branch, defaultBranch: "main", commitTag };
}

function tagged(tag: string): Trigger {
  return { kind: "tag", tag, commitTag };
}

function published(tag: string, action = "published"): Trigger {
  return { kind: "release", tag, prerelease: tag.includes("-"), draft: false, action, commitTag };
}

function byHand(environment: string, tag: string, promote = true): Trigger {
  return { kind: "dispatch", environment, tag, promote };
}

/** `dev=sha-...` where it is built for, `staging=v1.2.3 from dev` where it is promoted, `|` before what people deploy. */
function shown(occasion: Trigger, config: Record<string, unknown>): string {
  const { stops, manual } = planTrain(occasion, releaseSchema.parse(config));
  const text = ({ environment, from, tag, gate }: (typeof stops)[number]) =>
    `${environment}=${tag}${from === null ? "" : ` from ${from}`}${gate === "approval" ? " approved" : ""}`;
  const left = manual.length > 0 ? ["|", ...manual.map(text)] : [];
  return [...stops.map(text), ...left].join(", ");
}

describe("which environments a push, a tag, a release or a person deploys", () => {
  const usual = { triggers: { main: "dev", prerelease: "staging", release: ["staging", "prod"] } };
  const byTag = { triggers: { main: "dev", tags: { "v*": "prod", "v*-rc.*": "staging" } } };
  const short = { triggers: { main: "staging", prerelease: [], release: "prod" } };
  const branches = { triggers: { branches: { develop: "dev", staging: "staging", main: "prod" } } };
  const approval = { ...usual, release: { prod: "approval" } };
  const manual = { ...usual, release: { prod: "manual" } };

  it.each<[string, Trigger, Record<string, unknown>, string]>([
    ["main -> dev", push("main"), usual, "dev=sha-0123456789ab"],
    ["nothing said", push("main"), {}, "dev=sha-0123456789ab"],
    ["another branch", push("topic"), usual, ""],
    [
      "release -> staging, prod",
      published("v1.2.3"),
      usual,
      "staging=v1.2.3 from dev, prod=v1.2.3 from staging",
    ],
    ["a pre-release ends at staging", published("v1.2.3-rc.1"), usual, "staging=v1.2.3-rc.1 from dev"],
    ["a tag without tags", tagged("v1.2.3"), usual, ""],

    ["v*-rc.* -> staging", tagged("v1.2.3-rc.1"), byTag, "staging=v1.2.3-rc.1 from dev"],
    ["v* -> prod", tagged("v1.2.3"), byTag, "prod=v1.2.3 from dev"],
    ["v* means no pre-release", tagged("v1.2.3-beta.1"), byTag, ""],
    ["a tag that is no version", tagged("vacation"), byTag, ""],
    ["a release where tags deploy", published("v1.2.3"), byTag, ""],
    ["main where tags deploy", push("main"), byTag, "dev=sha-0123456789ab"],

    ["main -> staging", push("main"), short, "staging=sha-0123456789ab"],
    ["release -> prod", published("v1.2.3"), short, "prod=v1.2.3 from staging"],
    ["no pre-releases", published("v1.2.3-rc.1"), short, ""],

    ["develop -> dev", push("develop"), branches, "dev=sha-0123456789ab"],
    ["staging -> staging", push("staging"), branches, "staging=sha-0123456789ab"],
    ["main -> prod", push("main"), branches, "prod=sha-0123456789ab"],
    ["a release where branches deploy", published("v1.2.3"), branches, ""],

    ["approval", published("v1.2.3"), approval, "staging=v1.2.3 from dev, prod=v1.2.3 from staging approved"],
    ["manual", published("v1.2.3"), manual, "staging=v1.2.3 from dev, |, prod=v1.2.3 from staging"],
    ["manual, by hand", byHand("prod", "v1.2.3"), manual, "prod=v1.2.3 from staging"],
    ["by hand, without promotion", byHand("prod", "v1.2.2", false), usual, "prod=v1.2.2"],
    ["by hand, to the first", byHand("dev", commitTag), usual, "dev=sha-0123456789ab"],
    ["by hand, to the second", byHand("staging", commitTag), usual, "staging=sha-0123456789ab from dev"],
  ])("%s", (_name, occasion, config, train) => {
    expect(shown(occasion, config)).toBe(train);
  });

  it("several environments of a push: built for the first, promoted to the others", () => {
    const config = releaseSchema.parse({ triggers: { main: ["dev", "qa"] } });
    expect(planTrain(push("main"), config)).toMatchObject({
      build: "dev",
      stops: [
        { environment: "dev", from: null },
        { environment: "qa", from: "dev", tag: commitTag },
      ],
    });
  });

  it("an environment that main deploys itself runs the commit's image, whatever the release is called", () => {
    const config = { triggers: { main: "dev", release: ["dev", "prod"] } };
    expect(shown(published("v1.2.3"), config)).toBe("dev=sha-0123456789ab, prod=v1.2.3 from dev");
  });

  it("of several patterns the one that says most counts, and a name before all", () => {
    const config = {
      triggers: { branches: { "release/*": "qa", "release/2*": "staging", "release/20": "prod" } },
    };
    expect(
      ["release/10", "release/21", "release/20", "release/20/x"].map((one) => shown(push(one), config)),
    ).toEqual(["qa=sha-0123456789ab", "staging=sha-0123456789ab", "prod=sha-0123456789ab", ""]);
  });

  it("editing a release deploys where the configuration says so only; drafts and deletions never", () => {
    const edited = { triggers: { edited: true } };
    expect(shown(published("v1.2.3", "edited"), {})).toBe("");
    expect(shown(published("v1.2.3", "edited"), edited)).not.toBe("");
    expect(shown(published("v1.2.3", "deleted"), edited)).toBe("");
    expect(shown({ ...published("v1.2.3"), draft: true } as Trigger, {})).toBe("");
  });

  it("says why nothing is deployed", () => {
    const reasonOf = (occasion: Trigger, config: Record<string, unknown>) =>
      planTrain(occasion, releaseSchema.parse(config)).reason;
    expect(reasonOf(push("topic"), usual)).toBe("A push to topic deploys nothing (moorage:triggers).");
    expect(reasonOf(published("v1.2.3", "edited"), usual)).toContain("moorage:triggers.edited");
    const all = { ...usual, release: { staging: "manual" } };
    expect(reasonOf(published("v1.2.3"), all)).toContain("staging is deployed by hand");
  });
});

describe("a release whose tag and mark disagree deploys nothing", () => {
  it.each([
    ["v1.2.3", false, undefined],
    ["v1.2.3-rc.1", true, undefined],
    ["v1.2.3", true, "is marked as a pre-release"],
    ["v1.2.3-rc.1", false, "is not marked as one"],
    ["release-7", false, "is not a version"],
    ["1.2.3", false, "is not a version"],
  ])("%s, pre-release: %s", (tag, prerelease, problem) => {
    const judged = judgeRelease({ kind: "release", tag, prerelease, draft: false, action: "published" });
    if (problem === undefined) expect(judged).toBeUndefined();
    else expect(judged?.message).toContain(problem);
  });
});
