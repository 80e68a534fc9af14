import type { AwsClients } from "./clients.js";
import { classify, codeOf } from "./errors.js";
import { eachPage } from "./pages.js";

/** One line that a task has written. */
export interface LoggedLine {
  /** Unique in its log group. */
  id: string;
  /** Milliseconds since the epoch. */
  timestamp: number;
  message: string;
  /** The last part of the stream's name: the task's id. */
  task: string;
}

export interface LogQuery {
  logGroup: string;
  /** Milliseconds since the epoch, inclusive. */
  from: number;
  /** No more lines than this, the oldest first. */
  limit: number;
}

/**
 * Lines of a log group, oldest first as far as CloudWatch orders them; undefined where there is no such group. Source:
 * FilterLogEvents, whose pages may be empty and still have a next one.
 */
export async function loggedLines(clients: AwsClients, query: LogQuery): Promise<LoggedLine[] | undefined> {
  const { FilterLogEventsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const { logGroup: logGroupName, from: startTime, limit } = query;
  const lines: LoggedLine[] = [];
  try {
    const client = await clients.logs();
    const pages = eachPage(
      (nextToken) => client.send(new FilterLogEventsCommand({ logGroupName, startTime, nextToken })),
      ({ events, nextToken }) => ({ items: events, next: nextToken }),
    );
    for await (const events of pages) {
      for (const { eventId = "", timestamp = 0, message = "", logStreamName = "" } of events) {
        lines.push({ id: eventId, timestamp, message, task: logStreamName.split("/").at(-1) ?? "" });
      }
      if (lines.length >= limit) break;
    }
  } catch (error) {
    if (codeOf(error) === "ResourceNotFoundException") return undefined;
    throw classify(error, `read the log group ${logGroupName}`);
  }
  return lines.slice(0, limit);
}
