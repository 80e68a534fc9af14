/**
 * What the runner reads from a step's output and files. Nothing that came from people may become a command (F26).
 * Source: GitHub, "Workflow commands for GitHub Actions"; actions/toolkit, `command.ts`; actions/runner, `ActionCommand`.
 */

/** `::error file=a.yaml,line=3::text`: one line, whatever the values hold. */
export function workflowCommand(
  name: "group" | "endgroup" | "error" | "warning" | "notice" | "add-mask",
  message = "",
  properties: Record<string, string | number | undefined> = {},
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`],
  );
  return `::${name}${given.length > 0 ? ` ${given.join(",")}` : ""}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}

/**
 * Lines for the log that the runner takes for no command: it looks for `::` where a line begins, spaces aside, and for
 * `##[` anywhere in it. A carriage return begins a line as well.
 */
export function inertText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(/^(\s*):(?=:)/gm, "$1:\u200b")
    .replace(/##(?=\[)/g, "##\u200b");
}

/** JSON for the log: the same value for whoever parses it, and no command for the runner. */
export function inertJson(json: string): string {
  return json.replace(/##(?=\[)/g, "#\\u0023");
}

/**
 * An entry of `GITHUB_OUTPUT`. The delimiter is random, so that no value can end its own entry; one that does all the same
 * is refused.
 */
export function fileEntry(name: string, value: string, delimiter: string): string {
  if (name.includes(delimiter) || value.includes(delimiter) || !/^[\w-]+$/.test(name)) {
    throw new Error(`The output ${JSON.stringify(name)} cannot be written.`);
  }
  return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
}
