/** The release notes of `tag`, or why it cannot be released. */
export function notesOf(
  tag: string,
  version: string,
  changelog: string,
): { text: string } | { problem: string } {
  if (tag !== `v${version}`)
    return { problem: `${JSON.stringify(tag)} is not package.json's version: v${version}.` };
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const [section] = sections.filter((one) => headingOf(one) === version);
  const text = section?.slice(section.indexOf("\n")).trim() ?? "";
  if (text === "") return { problem: `CHANGELOG.md has no section "## ${version}" with something in it.` };
  const unreleased = sections.find((one) => headingOf(one) === "Unreleased");
  const left =
    unreleased
      ?.slice(unreleased.indexOf("\n"))
      .replace(/^#+ .*$/gm, "")
      .trim() ?? "";
  if (left !== "")
    return { problem: `CHANGELOG.md still has changes under "## Unreleased": move them to ${version}.` };
  return { text: `${text}\n` };
}

/** `1.2.3` of `## 1.2.3 - 2026-11-28` and of `## [1.2.3]`. */
function headingOf(section: string): string | undefined {
  return /^## \[?([^\s\]]+)/.exec(section)?.[1];
}
