import { expect, it } from "vitest";
import { planSummary } from "../../../../src/features/inspect/diff/summary.js";

const coming = {
  tag: "v1.2.3",
  deployedTag: "v1.2.2",
  digests: { web: `sha256:${"a".repeat(64)}` },
  commits: ["0123456 A new page", "89abcde Fix @ann's <b>table</b>"],
};

it("adoption B5: tells version, digests, commits since and the plan", () => {
  const text = planSummary({ stack: "prod", text: "prod: 1 to update\n\nChanges:\n  ~ web", coming });
  expect(text).toContain("## Plan for `prod`");
  expect(text).toContain("- Deployed now: `v1.2.2`\n- Comes: `v1.2.3`");
  expect(text).toContain(`- \`web\`: \`sha256:${"a".repeat(64)}\``);
  expect(text).toContain("- Commits since, newest first (2):\n  - 0123456 A new page\n");
  expect(text).toMatch(/<details><summary>prod&#58; 1 to update<\/summary>[^]*~ web[^]*<\/details>/);
});

it("F26: subjects of commits are shown, and are no markup and no mention", () => {
  const text = planSummary({ stack: "prod", text: "prod: no changes", coming });
  expect(text).not.toMatch(/@ann|<b>/);
});

it("says what is not known, and that a first deployment makes everything", () => {
  const unknown = { ...coming, deployedTag: null, digests: {}, commits: undefined };
  const text = planSummary({ stack: "prod", text: undefined, coming: unknown });
  expect(text).toContain("- Never deployed");
  expect(text).toContain("digests are available after it is promoted");
  expect(text).toContain("git does not know both versions here");
  expect(text).toContain("The first deployment");
});
