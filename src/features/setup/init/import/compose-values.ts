import { isMapping } from "./fields.js";

/** Variables as a map or a list of `NAME=value`; without a value they are the caller's own. */
export function variablePairs(given: unknown): [string, string | undefined][] {
  if (Array.isArray(given))
    return given.map((one): [string, string | undefined] => {
      const text = String(one);
      const at = text.indexOf("=");
      return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
    });
  if (!isMapping(given)) return [];
  return Object.entries(given).map(([name, value]) => [
    name,
    value === null || value === undefined ? undefined : String(value),
  ]);
}

/** With the defaults of `${A:-b}`; undefined where a value is the environment's alone. Source: Compose specification, "Interpolation". */
export function interpolated(value: unknown): string | undefined {
  const text = String(value).replaceAll(/\$\{\w+:?-([^}]*)\}/g, "$1");
  return /(?<!\$)\$(\w|\{)/.test(text) ? undefined : text.replaceAll("$$", "$");
}

/** What variables and labels are made of, which are read one by one. */
const readAlone = ["environment", "labels", "args"];

/** With the defaults of `${A:-b}` in all its other texts; one that is the environment's alone stays as it is. */
export function withVariableDefaults(content: unknown): unknown {
  if (typeof content === "string") return interpolated(content) ?? content;
  if (Array.isArray(content)) return content.map(withVariableDefaults);
  if (!isMapping(content)) return content;
  return Object.fromEntries(
    Object.entries(content).map(([name, value]) => [
      name,
      readAlone.includes(name) ? value : withVariableDefaults(value),
    ]),
  );
}
