/** A workflow command as the runner understood it. */
export interface RunnerCommand {
  name: string;
  message: string;
  properties: Record<string, string>;
}

/**
 * The commands that GitHub's runner finds in a step's output, in both of its forms.
 * Source: actions/runner, `src/Runner.Common/ActionCommand.cs` (TryParseV2, TryParse).
 */
export function commandsIn(output: string): RunnerCommand[] {
  return output.split(/\r\n|\r|\n/).flatMap((line) => parseNew(line) ?? parseOld(line) ?? []);
}

function parseNew(line: string): RunnerCommand | undefined {
  const [, name, properties = "", data = ""] = /^\s*::([^\s:]+)(?: (.*?))?::(.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  return { name, message: unescapeData(data), properties: propertiesOf(properties, ",") };
}

function parseOld(line: string): RunnerCommand | undefined {
  const [, name, properties = "", data = ""] = /##\[([^\s\]]+)(?: (.*?))?\](.*)$/s.exec(line) ?? [];
  if (name === undefined) return undefined;
  return { name, message: data, properties: propertiesOf(properties, ";") };
}

function propertiesOf(text: string, separator: string): Record<string, string> {
  const pairs = text.split(separator).filter((pair) => pair.includes("="));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))];
    }),
  );
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll("%3A", ":").replaceAll("%2C", ","));
}
