import type { IncomingMessage } from "node:http";
import type { Protocol, WireAnswer, WireCall } from "./protocol.js";
import { restJsonProtocol } from "./rest-json.js";
import { plainXml } from "./xml.js";

/** An operation of a REST service: which requests are meant, their input, and the answer's XML. */
interface RestOperation {
  service: "s3" | "route53";
  operation: string;
  input(request: IncomingMessage): object | undefined;
  answer(output: Record<string, unknown>): string;
}

const operations: readonly RestOperation[] = [
  {
    service: "s3",
    operation: "HeadBucket",
    input: (request) => (request.method === "HEAD" ? bucketOf(request) : undefined),
    answer: () => "",
  },
  {
    service: "s3",
    operation: "GetBucketTagging",
    input: (request) =>
      request.method === "GET" && parameters(request).has("tagging") ? bucketOf(request) : undefined,
    answer: ({ TagSet }) => plainXml("Tagging", { TagSet: { Tag: TagSet } }),
  },
  {
    service: "route53",
    operation: "ListResourceRecordSets",
    input(request) {
      const [, zone] = /^\/2013-04-01\/hostedzone\/([A-Za-z0-9]+)\/rrset$/.exec(pathOf(request)) ?? [];
      if (request.method !== "GET" || zone === undefined) return undefined;
      const asked = parameters(request);
      return {
        HostedZoneId: zone,
        StartRecordName: asked.get("name") ?? undefined,
        StartRecordType: asked.get("type") ?? undefined,
        MaxItems: asked.get("maxitems") ?? undefined,
      };
    },
    answer: ({ ResourceRecordSets, ...rest }) =>
      plainXml("ListResourceRecordSetsResponse", {
        "@xmlns": "https://route53.amazonaws.com/doc/2013-04-01/",
        ResourceRecordSets: { ResourceRecordSet: (ResourceRecordSets as object[]).map(recordSet) },
        ...rest,
      }),
  },
];

/** Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3Credentials: Protocol["credentials"] = {
  missing: ["AccessDenied", 403],
  incomplete: ["AuthorizationHeaderMalformed", 400],
  mismatch: ["SignatureDoesNotMatch", 403],
  expired: ["RequestTimeTooSkewed", 403],
};

const route53Credentials: Protocol["credentials"] = {
  missing: ["MissingAuthenticationToken", 403],
  incomplete: ["IncompleteSignature", 400],
  mismatch: ["SignatureDoesNotMatch", 403],
  expired: ["SignatureDoesNotMatch", 403],
};

/** REST services are told by what the request is signed for; undefined where it is none of them. */
export function restProtocol(request: IncomingMessage): Protocol | undefined {
  return restJsonProtocol(request) ?? restXmlProtocol(request);
}

function restXmlProtocol(request: IncomingMessage): Protocol | undefined {
  const [, service] =
    /Credential=[^/]+\/\d+\/[^/]+\/(s3|route53)\//.exec(request.headers.authorization ?? "") ?? [];
  if (service === undefined) return undefined;
  const found = operations.find((one) => one.service === service && one.input(request) !== undefined);
  return {
    asked: `${service} ${request.method ?? ""} ${pathOf(request)}`,
    unknown: "NotImplemented",
    credentials: service === "s3" ? s3Credentials : route53Credentials,
    read: (): WireCall | undefined =>
      found && { service: found.service, operation: found.operation, input: found.input(request) },
    result: (_call, output, requestId) =>
      answer(200, found?.answer((output ?? {}) as Record<string, unknown>) ?? "", requestId),
    failure({ code, message, status }, requestId) {
      // An answer to HEAD has no body: its status is all that S3 tells.
      if (request.method === "HEAD") return answer(status, "", requestId);
      const error = { Code: code, Message: message };
      const body =
        service === "s3"
          ? plainXml("Error", { ...error, RequestId: requestId })
          : plainXml("ErrorResponse", { Error: { Type: "Sender", ...error }, RequestId: requestId });
      return answer(status, body, requestId);
    },
  };
}

function recordSet({ ResourceRecords, ...rest }: { ResourceRecords?: object[] }): object {
  return { ...rest, ...(ResourceRecords && { ResourceRecords: { ResourceRecord: ResourceRecords } }) };
}

function bucketOf(request: IncomingMessage): { Bucket: string } | undefined {
  const [, Bucket] = /^\/([^/]+)\/?$/.exec(pathOf(request)) ?? [];
  return Bucket === undefined ? undefined : { Bucket: decodeURIComponent(Bucket) };
}

function pathOf({ url = "/" }: IncomingMessage): string {
  return url.split("?", 1)[0] ?? "/";
}

function parameters({ url = "/" }: IncomingMessage): URLSearchParams {
  return new URLSearchParams(url.split("?")[1] ?? "");
}

function answer(status: number, body: string, requestId: string): WireAnswer {
  const headers = { "x-amz-request-id": requestId, "x-amzn-requestid": requestId };
  return { status, contentType: "application/xml", headers, body };
}
