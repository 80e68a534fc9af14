import colours from "picocolors";
import { shownLine } from "../../../core/shown.js";
import type { Finding } from "./finding.js";

/** What the terminal prints for each result. The JSON keeps OK, SKIP and NG. */
const words = { OK: colours.green("PASS"), SKIP: colours.dim("SKIP"), NG: colours.red("FAIL") };

/** The findings as a tree; a service's findings are grouped under its name. */
export function describeFindings(environment: string, findings: readonly Finding[]): string {
  const lines = [environment];
  let above: string | undefined;
  for (const { check, result, message } of findings) {
    const [group, leaf] = check.includes("/") ? split(check) : [undefined, check];
    if (group !== undefined && group !== above) lines.push(`  ${shownLine(group)}`);
    above = group;
    lines.push(
      `${group === undefined ? "  " : "    "}${words[result]} ${shownLine(leaf)}: ${shownLine(message)}`,
    );
  }
  const count = (wanted: Finding["result"]) => findings.filter(({ result }) => result === wanted).length;
  return `${lines.join("\n")}\n${count("OK")} PASS, ${count("SKIP")} SKIP, ${count("NG")} FAIL\n`;
}

function split(check: string): [string, string] {
  const at = check.indexOf("/");
  return [check.slice(0, at), check.slice(at + 1)];
}
