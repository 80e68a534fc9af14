import { createHash } from "node:crypto";
import type { LogFiles } from "./files.js";
import { logFilter } from "./pattern.js";

export interface EventQuery {
  streams?: readonly string[] | undefined;
  prefix?: string | undefined;
  /** Milliseconds since the epoch; `to` is exclusive. */
  from?: number | undefined;
  to?: number | undefined;
  pattern?: string | undefined;
  limit?: number | undefined;
  nextToken?: string | undefined;
}

/** FilterLogEvents: at most 10,000 a page, in the order of time. */
export function filterEvents(files: LogFiles, group: string, query: EventQuery) {
  const matches = logFilter(query.pattern);
  const streams = files
    .streams(group)
    .filter((stream) => query.streams?.includes(stream) ?? stream.startsWith(query.prefix ?? ""));
  const all = streams.flatMap((logStreamName) =>
    files
      .events(group, logStreamName)
      .map((event, index) => ({ logStreamName, ...event, eventId: eventId(group, logStreamName, index) }))
      .filter((event) => event.timestamp >= (query.from ?? 0) && event.timestamp < (query.to ?? Infinity))
      .filter((event) => matches(event.message)),
  );
  all.sort((a, b) => a.timestamp - b.timestamp);
  const { items, nextToken } = logsPage(all, query.nextToken, query.limit ?? 10_000);
  return { events: items, nextToken, searchedLogStreams: [] };
}

function eventId(...parts: readonly (string | number)[]): string {
  return createHash("sha256").update(parts.join("|")).digest("hex").slice(0, 56);
}

/** One page of a list; the token is the index of the next item. */
export function logsPage<Item>(items: readonly Item[], token: string | undefined, limit: number) {
  const start = Number(token ?? 0);
  const end = start + limit;
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}
