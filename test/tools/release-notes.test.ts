import { expect, it } from "vitest";
import { notesOf } from "../../tools/release/changelog.js";

const changelog = (unreleased = "", section = "## 1.2.3 - 2026-11-28") =>
  `# Changelog\n\n## Unreleased\n\n${unreleased}\n${section}\n\n### Added\n\n- A thing.\n\n## 1.2.2\n\n- Older.\n`;

it("issue 14.7: a release's notes are its section of the changelog", () => {
  const text = "### Added\n\n- A thing.\n";
  expect(notesOf("v1.2.3", "1.2.3", changelog())).toEqual({ text });
  expect(notesOf("v1.2.3", "1.2.3", changelog("### Added\n", "## [1.2.3]"))).toEqual({ text });
});

it.each([
  [
    "another version in package.json",
    "v1.2.3",
    "1.2.2",
    changelog(),
    /is not package.json's version: v1\.2\.2/,
  ],
  ["no tag", "", "1.2.3", changelog(), /is not package.json's version/],
  ["no section", "v1.2.4", "1.2.4", changelog(), /no section "## 1\.2\.4"/],
  [
    "changes that are left",
    "v1.2.3",
    "1.2.3",
    changelog("- Left.\n"),
    /still has changes under "## Unreleased"/,
  ],
])("issue 14.7: %s: nothing is released, and it says why", (_why, tag, version, text, problem) => {
  expect(notesOf(tag, version, text)).toEqual({ problem: expect.stringMatching(problem) as string });
});
