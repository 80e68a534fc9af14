import { expect, it } from "vitest";
import { sourceFiles } from "../harness/sources.js";

/** What one operating system has and another has not, as code asks for it; text for people may name it. */
const ofOneSystem = [
  /process\.platform|\bos\.platform\(|\bplatform\(\)/,
  /["'`(]\/(proc|sys|run)\//,
  /["'`]\/etc\//,
  /["'`](?:ps|sysctl|lsof|ioreg|pgrep|pkill|fuser|ss|ip|netstat|unshare|nsenter|setsid|prlimit|cp|tar|readlink|stat|sha256sum|launchctl|systemctl)["'`],? /,
  /process\.kill\(/,
  /constants\.signals/,
  /realpathSync\(|from "node:fs".*\bwatch\b|fs\.watch/,
  /127\.0\.0\.(?!1\b)\d+/,
  /listen\([^)]*\.sock/,
];

const itself = "packages/local-aws/src/platform/";

/** Signals to one's own process are the same everywhere. */
const ownProcess = /process\.kill\(process\.pid, /g;

function code(text: string): string {
  return text
    .replace(/\/\*\*?[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(ownProcess, "");
}

it("structure: what differs between Linux and macOS is asked for in one module", () => {
  const found = sourceFiles()
    .filter(({ path }) => !path.startsWith(itself))
    .flatMap(({ path, text }) =>
      code(text)
        .split("\n")
        .filter((line) => ofOneSystem.some((form) => form.test(line)))
        .map((line) => `${path}: ${line.trim()}`),
    );
  expect(found).toEqual([]);
});

it("structure: the rule sees what it forbids", () => {
  const module = sourceFiles().filter(({ path }) => path.startsWith(itself));
  const seen = ofOneSystem.filter((form) => module.some(({ text }) => form.test(code(text))));
  expect(seen.length).toBeGreaterThanOrEqual(4);
});
