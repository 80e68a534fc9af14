import type { GetLogEventsCommandInput, GetLogEventsCommandOutput } from "@aws-sdk/client-cloudwatch-logs";
import { AwsError } from "../../cloud.js";
import type { StoredEvent } from "./files.js";

/** The most that one answer holds, and what it holds by default. */
const most = 10_000;

/**
 * GetLogEvents: one page of a stream, oldest event first; the newest page unless `startFromHead` is set or a token says
 * where. Source: CloudWatch Logs API reference, GetLogEvents. Raises InvalidParameterException for a token that is none.
 */
export function streamEvents(
  stored: readonly StoredEvent[],
  { startTime = 0, endTime = Infinity, limit = most, startFromHead, nextToken }: GetLogEventsCommandInput,
): Pick<GetLogEventsCommandOutput, "events" | "nextForwardToken" | "nextBackwardToken"> {
  const within = stored
    .filter(({ timestamp }) => timestamp >= startTime && timestamp < endTime)
    .sort((a, b) => a.timestamp - b.timestamp);
  const { direction, at } = nextToken === undefined ? edge(startFromHead, within.length) : parse(nextToken);
  const start = direction === "f" ? at : Math.max(0, at - limit);
  const end = direction === "f" ? at + limit : at;
  const events = within.slice(start, end).map(({ timestamp, message, ingestionTime }) => ({
    timestamp,
    message,
    ingestionTime,
  }));
  return {
    events,
    nextForwardToken: `f/${start + events.length}`,
    nextBackwardToken: `b/${start}`,
  };
}

function edge(startFromHead: boolean | undefined, length: number) {
  return startFromHead === true ? { direction: "f", at: 0 } : { direction: "b", at: length };
}

/** `f/12`: on from the twelfth event; `b/12`: what comes before it. */
function parse(token: string): { direction: string; at: number } {
  const [, direction, at] = /^([fb])\/(\d{1,15})$/.exec(token) ?? [];
  if (direction === undefined) {
    throw new AwsError("InvalidParameterException", "The specified nextToken is invalid.");
  }
  return { direction, at: Number(at) };
}
