/** Times and durations for people. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** `1 second`, `90 minutes`, `3 hours`, `12 days`: in the largest unit of which there are at least two. */
export function spanOf(milliseconds: number): string {
  const span = Math.abs(milliseconds);
  if (!Number.isFinite(span)) return "an unknown time";
  if (span < minute) return counted(Math.round(span / 1000), "second");
  if (span === hour) return "1 hour";
  if (span < 2 * hour) return counted(Math.round(span / minute), "minute");
  if (span === day) return "1 day";
  if (span < 2 * day) return counted(Math.round(span / hour), "hour");
  return counted(Math.round(span / day), "day");
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** `3 hours ago`, `in 3 hours`, `just now`; `unknown` for what is no time. Clocks may be a minute apart. */
export function relativeTime(iso: string, now: Date): string {
  const past = now.getTime() - Date.parse(iso);
  if (!Number.isFinite(past)) return "unknown";
  if (Math.abs(past) < minute) return "just now";
  return past > 0 ? `${spanOf(past)} ago` : `in ${spanOf(past)}`;
}

/** `3.2 s`; empty where one end is not known, `?` where the two cannot be of one clock. */
export function tookSeconds(startedAt: string, endedAt: string | null | undefined): string {
  if (endedAt === null || endedAt === undefined) return "";
  const seconds = (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? `${seconds.toFixed(1)} s` : "?";
}
