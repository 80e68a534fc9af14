import { pullRequestOf } from "./preview-names.js";
import { fillPlaceholders } from "./placeholders.js";
import { isReferenceWord, referenceIn } from "./references.js";

/** Where what an app is made of stands; nothing else has names with placeholders. */
const parts = ["services", "jobs", "alarms", "preview"] as const;

/** Settings whose texts are the app's own, and are filled with all placeholders once they are known. */
const texts = new Set(["env", "command", "entrypoint", "healthcheck", "options", "labels", "args"]);

/**
 * A stack's configuration before parsing, with `{stack}` in the names that it gives: references, ARNs, parameters under `secrets`, a queue
 * to scale by, an event's bus and detail. `{pr}` stands for something in what previews alone have.
 */
export function withStackNames(raw: Record<string, unknown>, stack: string): Record<string, unknown> {
  const pr = pullRequestOf(stack);
  const filled = parts.flatMap((part): [string, unknown][] => {
    const key = `moorage:${part}`;
    const fill = (text: string) =>
      fillPlaceholders(text, (word) => {
        if (word === "stack") return stack;
        return word === "pr" && pr !== undefined && part === "preview" ? String(pr) : `{${word}}`;
      });
    return key in raw ? [[key, changeNames(raw[key], fill)]] : [];
  });
  return { ...raw, ...(Object.fromEntries(filled) as Record<string, unknown>) };
}

/** All names of a configuration, parsed or not, changed. */
export function changeNames(
  value: unknown,
  change: (name: string, path: string[]) => string,
  path: string[] = [],
): unknown {
  if (typeof value === "string") return isName(value, path) ? change(value, path) : value;
  if (Array.isArray(value))
    return value.map((one: unknown, index) => changeNames(one, change, [...path, String(index)]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, changeNames(inner, change, [...path, key])]),
  );
}

function isName(text: string, path: string[]): boolean {
  const [last = "", parent] = path.toReversed();
  if (referenceIn(text) !== undefined || isReferenceWord(last)) return true;
  if (path.some((key) => texts.has(key))) return false;
  if (text.startsWith("arn:") || (parent === "secrets" && text.startsWith("/"))) return true;
  return (
    (parent === "queue" && last === "name") || (parent === "on" && last === "bus") || isEventDetail(path)
  );
}

function isEventDetail(path: readonly string[]): boolean {
  const on = path.indexOf("on");
  return on !== -1 && path[on + 1] === "detail";
}
