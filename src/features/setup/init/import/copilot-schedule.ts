import type { Fields } from "./fields.js";
import type { Settings } from "./imported.js";
import { secondsIn } from "./words.js";

/** What starts a job, and what happens when it fails. Source: Copilot, "Scheduled Job". */
export function copilotStart(fields: Fields): Settings {
  const on = fields.below("on");
  const given = on.text("schedule");
  on.finish();
  const schedule = given === undefined || given === "none" ? undefined : scheduleOf(given);
  if (given !== undefined && given !== "none" && schedule === undefined)
    fields.say(["on", "schedule"], `${JSON.stringify(given)} is not understood: set \`schedule\``);
  const [timeout, retries] = [secondsIn(fields.take("timeout")), fields.take("retries")];
  return {
    schedule,
    ...(schedule !== undefined && { timeout: timeout === undefined ? undefined : `${timeout}s`, retries }),
  };
}

const named: Readonly<Record<string, string>> = {
  "@yearly": "cron(0 0 1 1 ? *)",
  "@annually": "cron(0 0 1 1 ? *)",
  "@monthly": "cron(0 0 1 * ? *)",
  "@weekly": "cron(0 0 ? * 1 *)",
  "@daily": "cron(0 0 * * ? *)",
  "@midnight": "cron(0 0 * * ? *)",
  "@hourly": "cron(0 * * * ? *)",
};

/** In EventBridge's words; undefined for what has none there. */
export function scheduleOf(text: string): string | undefined {
  if (/^(cron|rate)\(/.test(text)) return text;
  if (named[text] !== undefined) return named[text];
  const every = /^@every\s+(\S+)$/.exec(text)?.[1];
  if (every !== undefined) return rateOf(secondsIn(every));
  const fields = text.trim().split(/\s+/);
  if (fields.length !== 5) return undefined;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  // Source: EventBridge, "Cron expressions": one of the two days is `?`, and weeks begin with Sunday, 1.
  if (day !== "*" && weekday !== "*") return undefined;
  const days = weekday.replace(/(?<![/#\d])([0-7])(?!\d)/g, (digit) => String((Number(digit) % 7) + 1));
  return weekday === "*"
    ? `cron(${minute} ${hour} ${day} ${month} ? *)`
    : `cron(${minute} ${hour} ? ${month} ${days} *)`;
}

function rateOf(seconds: number | undefined): string | undefined {
  if (seconds === undefined || seconds < 60 || seconds % 60 !== 0) return undefined;
  const units: [number, string][] = [
    [86_400, "day"],
    [3_600, "hour"],
    [60, "minute"],
  ];
  const [size = 60, unit = "minute"] = units.find(([one]) => seconds % one === 0) ?? [];
  const count = seconds / size;
  return `rate(${count} ${unit}${count === 1 ? "" : "s"})`;
}
