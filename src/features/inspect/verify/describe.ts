import colours from "picocolors";
import { shownLine } from "../../../core/shown.js";
import type { Finding } from "./finding.js";

const paint = { OK: colours.green, SKIP: colours.dim, NG: colours.red };

/** The findings as a tree: a service's own stand below its name. */
export function describeFindings(environment: string, findings: readonly Finding[]): string {
  const lines = [environment];
  let above: string | undefined;
  for (const { check, result, message } of findings) {
    const [group, leaf] = check.includes("/") ? split(check) : [undefined, check];
    if (group !== undefined && group !== above) lines.push(`  ${shownLine(group)}`);
    above = group;
    lines.push(
      `${group === undefined ? "  " : "    "}${paint[result](result.padEnd(4))} ${shownLine(leaf)}: ${shownLine(message)}`,
    );
  }
  const count = (wanted: Finding["result"]) => findings.filter(({ result }) => result === wanted).length;
  return `${lines.join("\n")}\n${count("OK")} OK, ${count("SKIP")} SKIP, ${count("NG")} NG\n`;
}

function split(check: string): [string, string] {
  const at = check.indexOf("/");
  return [check.slice(0, at), check.slice(at + 1)];
}
