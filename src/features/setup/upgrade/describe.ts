import colours from "picocolors";
import type { CheckResult } from "./check.js";
import type { UpgradeResult } from "./upgrade.js";

export function describeUpgrade({ from, to, dryRun, files }: UpgradeResult): string {
  const versions = from === to ? to : `${from} -> ${to}`;
  const differences = files.flatMap(({ difference, action }) =>
    action === "unchanged" || action === "kept" || difference === "" ? [] : [difference],
  );
  const lines = files.map(({ path, action }) => `  ${colours.dim(action.padEnd(9))} ${path}`);
  const kept = files.filter(({ action }) => action === "kept").map(({ path }) => path);
  const title = dryRun
    ? `Moorage ${versions}. Nothing was written; this would be:`
    : `Moorage ${versions}. Written:`;
  const note =
    kept.length === 0
      ? []
      : [
          "",
          `Kept as your team has it: ${kept.join(", ")}. \`moorage upgrade --yes\` writes them as Moorage would.`,
        ];
  return `${[...differences, title, ...lines, ...note].join("\n")}\n`;
}

export function describeCheck({ ok, version, sha256, checksums, reason }: CheckResult): string {
  return `${ok ? "PASS" : "FAIL"} moorage-${version}.tgz: ${reason}\n  SHA-256 ${sha256 || "unknown"}, compared with ${checksums}\n`;
}
