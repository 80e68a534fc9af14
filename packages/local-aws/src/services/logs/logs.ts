import type * as Sdk from "@aws-sdk/client-cloudwatch-logs";
import { join } from "node:path";
import { AwsError, arn, type AwsService, type Site } from "../../cloud.js";
import type { LogLine, LogSink } from "../../ports.js";
import type { Store } from "../../store.js";
import { withTags } from "../../resources/tags.js";
import { filterEvents, logsPage } from "./events.js";
import { LogFiles } from "./files.js";
import { streamEvents } from "./stream-events.js";

export interface LogGroupRow {
  name: string;
  site: Site;
  createdAt: number;
  retentionInDays?: number;
  tags: Record<string, string>;
}

/** CloudWatch Logs over files: the groups are rows of the state, the events are files in `folder`. */
export interface Logs extends AwsService {
  /** Where tasks write. Lines for a group that does not exist are dropped, as the log driver's are. */
  sink: LogSink;
  /** Writes what is still in memory. */
  flush(): void;
}

export function createLogs(uses: { store: Store; folder: string; now?: () => number }): Logs {
  const now = uses.now ?? Date.now;
  const rows = uses.store.table<LogGroupRow>("logGroups");
  const sites = new Map<string, LogFiles>();
  const key = (site: Site, name: string) => `${site.account}|${site.region}|${name}`;
  const files = (site: Site): LogFiles => {
    const folder = `${site.account}-${site.region}`;
    const known = sites.get(folder) ?? new LogFiles(join(uses.folder, folder));
    sites.set(folder, known);
    return known;
  };
  const group = (site: Site, name: string | undefined): LogGroupRow => {
    const row = rows[key(site, name ?? "")];
    if (row === undefined)
      throw new AwsError("ResourceNotFoundException", "The specified log group does not exist.");
    return row;
  };
  return {
    sink: {
      append({ site, group: name, stream, message, timestamp }: LogLine) {
        if (rows[key(site, name)] === undefined) return;
        files(site).append(name, stream, { timestamp, message, ingestionTime: now() });
      },
    },
    flush: () => [...sites.values()].forEach((known) => known.flush()),
    operations: {
      ...groupOperations(uses.store, rows, key, group, (site, name) => files(site).remove(name), now),
      ...eventOperations(group, files, now),
    },
  };
}

/** Days. Source: PutRetentionPolicy, `retentionInDays`. */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function groupOperations(
  store: Store,
  rows: Record<string, LogGroupRow>,
  key: (site: Site, name: string) => string,
  group: (site: Site, name: string | undefined) => LogGroupRow,
  removeEvents: (site: Site, name: string) => void,
  now: () => number,
): AwsService["operations"] {
  const byArn = (resourceArn: string | undefined, site: Site) =>
    group(site, resourceArn?.split(":log-group:")[1]?.replace(/:\*$/, ""));
  const changed = () => {
    store.changed();
    return {};
  };
  return {
    CreateLogGroup(input: Sdk.CreateLogGroupCommandInput, site: Site) {
      const name = input.logGroupName ?? "";
      if (!/^(?!aws\/)[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
        throw new AwsError(
          "InvalidParameterException",
          `Value '${name}' at 'logGroupName' failed to satisfy constraint`,
        );
      }
      if (rows[key(site, name)]) {
        throw new AwsError("ResourceAlreadyExistsException", "The specified log group already exists");
      }
      const tags = withTags("logs", {}, Object.entries(input.tags ?? {}));
      rows[key(site, name)] = { name, site, createdAt: now(), tags };
      return changed();
    },
    DeleteLogGroup({ logGroupName = "" }: Sdk.DeleteLogGroupCommandInput, site: Site) {
      group(site, logGroupName);
      Reflect.deleteProperty(rows, key(site, logGroupName));
      removeEvents(site, logGroupName);
      return changed();
    },
    DescribeLogGroups(input: Sdk.DescribeLogGroupsCommandInput, site: Site) {
      const matching = Object.values(rows)
        .filter((row) => key(row.site, "") === key(site, ""))
        .filter((row) => row.name.startsWith(input.logGroupNamePrefix ?? ""))
        .filter((row) => row.name.includes(input.logGroupNamePattern ?? ""))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, nextToken } = logsPage(matching, input.nextToken, input.limit ?? 50);
      return { logGroups: items.map(described), nextToken };
    },
    PutRetentionPolicy(input: Sdk.PutRetentionPolicyCommandInput, site: Site) {
      const row = group(site, input.logGroupName);
      if (!retentions.includes(input.retentionInDays ?? 0)) {
        const asked = String(input.retentionInDays);
        throw new AwsError(
          "InvalidParameterException",
          `Value '${asked}' at 'retentionInDays' is not allowed.`,
        );
      }
      if (input.retentionInDays !== undefined) row.retentionInDays = input.retentionInDays;
      return changed();
    },
    DeleteRetentionPolicy(input: Sdk.DeleteRetentionPolicyCommandInput, site: Site) {
      delete group(site, input.logGroupName).retentionInDays;
      return changed();
    },
    ListTagsForResource: (input: Sdk.ListTagsForResourceCommandInput, site: Site) => ({
      tags: byArn(input.resourceArn, site).tags,
    }),
    TagResource(input: Sdk.TagResourceCommandInput, site: Site) {
      const row = byArn(input.resourceArn, site);
      row.tags = withTags("logs", row.tags, Object.entries(input.tags ?? {}));
      return changed();
    },
    UntagResource(input: Sdk.UntagResourceCommandInput, site: Site) {
      const { tags } = byArn(input.resourceArn, site);
      for (const name of input.tagKeys ?? []) Reflect.deleteProperty(tags, name);
      return changed();
    },
  };
}

function eventOperations(
  group: (site: Site, name: string | undefined) => LogGroupRow,
  files: (site: Site) => LogFiles,
  now: () => number,
): AwsService["operations"] {
  const nameOf = (input: { logGroupName?: string; logGroupIdentifier?: string }, site: Site) =>
    group(
      site,
      input.logGroupName ?? input.logGroupIdentifier?.split(":log-group:").at(-1)?.replace(/:\*$/, ""),
    ).name;
  const streamOf = ({ logStreamName = "" }: { logStreamName?: string }, name: string, site: Site) => {
    if (files(site).streams(name).includes(logStreamName)) return logStreamName;
    throw new AwsError("ResourceNotFoundException", "The specified log stream does not exist.");
  };
  return {
    CreateLogStream(input: Sdk.CreateLogStreamCommandInput, site: Site) {
      const name = nameOf(input, site);
      if (!files(site).create(name, input.logStreamName ?? "")) {
        throw new AwsError("ResourceAlreadyExistsException", "The specified log stream already exists");
      }
      return {};
    },
    PutLogEvents(input: Sdk.PutLogEventsCommandInput, site: Site) {
      const name = nameOf(input, site);
      const stream = streamOf(input, name, site);
      for (const { timestamp = now(), message = "" } of input.logEvents ?? []) {
        files(site).append(name, stream, { timestamp, message, ingestionTime: now() });
      }
      return {};
    },
    DescribeLogStreams(input: Sdk.DescribeLogStreamsCommandInput, site: Site) {
      const name = nameOf(input, site);
      const streams = files(site)
        .streams(name)
        .filter((stream) => stream.startsWith(input.logStreamNamePrefix ?? ""))
        .map((logStreamName) => describedStream(logStreamName, group(site, name), files(site)));
      if (input.orderBy === "LastEventTime") {
        streams.sort((a, b) => (a.lastEventTimestamp ?? 0) - (b.lastEventTimestamp ?? 0));
      }
      if (input.descending === true) streams.reverse();
      const { items, nextToken } = logsPage(streams, input.nextToken, input.limit ?? 50);
      return { logStreams: items, nextToken };
    },
    GetLogEvents(input: Sdk.GetLogEventsCommandInput, site: Site) {
      const name = nameOf(input, site);
      return streamEvents(files(site).events(name, streamOf(input, name, site)), input);
    },
    FilterLogEvents(input: Sdk.FilterLogEventsCommandInput, site: Site) {
      return filterEvents(files(site), nameOf(input, site), {
        streams: input.logStreamNames,
        prefix: input.logStreamNamePrefix,
        from: input.startTime,
        to: input.endTime,
        pattern: input.filterPattern,
        limit: input.limit,
        nextToken: input.nextToken,
      });
    },
  };
}

function described(row: LogGroupRow) {
  const logGroupArn = arn("logs", row.site, `log-group:${row.name}`);
  return {
    logGroupName: row.name,
    logGroupArn,
    arn: `${logGroupArn}:*`,
    creationTime: row.createdAt,
    retentionInDays: row.retentionInDays,
    metricFilterCount: 0,
    storedBytes: 0,
    logGroupClass: "STANDARD",
  };
}

function describedStream(logStreamName: string, row: LogGroupRow, files: LogFiles) {
  const events = files.events(row.name, logStreamName);
  return {
    logStreamName,
    arn: arn("logs", row.site, `log-group:${row.name}:log-stream:${logStreamName}`),
    creationTime: events[0]?.ingestionTime,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: events.at(-1)?.ingestionTime,
  };
}
