import type { IncomingMessage } from "node:http";
import type { Protocol, WireAnswer, WireCall } from "./protocol.js";

/** An operation of a REST service that speaks JSON: its request by method and path, and its members' names in the query. */
interface JsonOperation {
  service: "scheduler";
  operation: string;
  method: string;
  /** One group for each of `members`. */
  path: RegExp;
  members: readonly string[];
  /** By the query's parameter. */
  query: Readonly<Record<string, string>>;
}

const paging = { NextToken: "NextToken", MaxResults: "MaxResults" };

/** Source: Smithy's model of EventBridge Scheduler (https://github.com/aws/api-models-aws). */
const operations: readonly JsonOperation[] = [
  ...named("Schedule", "/schedules/([^/]+)", { groupName: "GroupName" }),
  ...named("ScheduleGroup", "/schedule-groups/([^/]+)", {}),
  listing("ListSchedules", "/schedules", {
    ScheduleGroup: "GroupName",
    NamePrefix: "NamePrefix",
    State: "State",
  }),
  listing("ListScheduleGroups", "/schedule-groups", { NamePrefix: "NamePrefix" }),
  {
    ...listing("ListTagsForResource", "/tags/(.+)", {}),
    members: ["ResourceArn"],
  },
];

function named(what: string, path: string, query: JsonOperation["query"]): JsonOperation[] {
  const shared = { service: "scheduler", path: new RegExp(`^${path}$`), members: ["Name"], query } as const;
  return [
    { ...shared, operation: `Get${what}`, method: "GET" },
    { ...shared, operation: `Delete${what}`, method: "DELETE" },
  ];
}

function listing(operation: string, path: string, query: JsonOperation["query"]): JsonOperation {
  const whole = new RegExp(`^${path}$`);
  return {
    service: "scheduler",
    operation,
    method: "GET",
    path: whole,
    members: [],
    query: { ...query, ...paging },
  };
}

/** Told by what the request is signed for; undefined where it is none of these services. */
export function restJsonProtocol(request: IncomingMessage): Protocol | undefined {
  if (!/Credential=[^/]+\/\d+\/[^/]+\/scheduler\//.test(request.headers.authorization ?? ""))
    return undefined;
  const [path = "/", query = ""] = (request.url ?? "/").split("?");
  return {
    asked: `scheduler ${request.method ?? ""} ${path}`,
    unknown: "UnknownOperationException",
    credentials: {
      missing: ["MissingAuthenticationTokenException", 403],
      incomplete: ["IncompleteSignatureException", 403],
      mismatch: ["InvalidSignatureException", 403],
      expired: ["InvalidSignatureException", 403],
    },
    read: () => callOf(request.method ?? "GET", path, new URLSearchParams(query)),
    result: (_call, output, requestId) => answer(200, output ?? {}, requestId),
    failure: ({ code, message, status }, requestId) =>
      answer(status, { Message: message }, requestId, { "x-amzn-errortype": code }),
  };
}

function callOf(method: string, path: string, query: URLSearchParams): WireCall | undefined {
  for (const one of operations) {
    const found = one.method === method ? one.path.exec(path) : null;
    if (found === null) continue;
    const members = one.members.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? "")]);
    const asked = [...query].flatMap(([key, value]) => {
      const name = one.query[key];
      return name === undefined ? [] : [[name, value]];
    });
    const { service, operation } = one;
    return { service, operation, input: Object.fromEntries([...members, ...asked]) as object };
  }
  return undefined;
}

function answer(
  status: number,
  value: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): WireAnswer {
  return {
    status,
    contentType: "application/json",
    headers: { "x-amzn-requestid": requestId, ...headers },
    body: JSON.stringify(value),
  };
}
