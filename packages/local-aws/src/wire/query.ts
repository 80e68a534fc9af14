import { spokenBy } from "../services/index.js";
import type { Protocol, WireAnswer, WireCall } from "./protocol.js";
import { unflatten } from "./unflatten.js";
import { ec2Names, toXml } from "./xml.js";

/** The services are told apart by the `Version` in the form. */
const byVersion = new Map(spokenBy("query").map((service) => [service.version, service]));

const queryCredentials: Protocol["credentials"] = {
  missing: ["MissingAuthenticationToken", 403],
  incomplete: ["IncompleteSignature", 400],
  mismatch: ["SignatureDoesNotMatch", 403],
  expired: ["SignatureDoesNotMatch", 403],
};

/** Source: https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html */
const ec2Credentials: Protocol["credentials"] = {
  missing: ["AuthFailure", 401],
  incomplete: ["IncompleteSignature", 400],
  mismatch: ["AuthFailure", 401],
  expired: ["RequestExpired", 400],
};

/** AWS Query and EC2 Query: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export function queryProtocol(body: string): Protocol {
  const form = new URLSearchParams(body);
  const version = byVersion.get(form.get("Version") ?? "");
  const isEc2 = version?.service === "ec2";
  return {
    asked: `${form.get("Action") ?? ""} of version ${form.get("Version") ?? ""}`,
    unknown: "InvalidAction",
    credentials: isEc2 ? ec2Credentials : queryCredentials,
    read(): WireCall | undefined {
      if (version === undefined) return undefined;
      const operation = form.get("Action") ?? "";
      return { service: version.service, operation, input: unflatten(form, version.service) };
    },
    result({ operation }, output, requestId) {
      const attributes = { "@xmlns": version?.namespace ?? "" };
      const content = isEc2
        ? { requestId, ...(ec2Names(output) as object) }
        : { [`${operation}Result`]: output ?? {}, ResponseMetadata: { RequestId: requestId } };
      const text = toXml(`${operation}Response`, { ...attributes, ...content }, isEc2 ? "item" : "member");
      return answer(200, text, requestId);
    },
    failure({ code, message, status }, requestId) {
      const error = { Code: code, Message: message };
      const text = isEc2
        ? toXml("Response", { Errors: { Error: error }, RequestID: requestId }, "item")
        : toXml(
            "ErrorResponse",
            { Error: { Type: status < 500 ? "Sender" : "Receiver", ...error }, RequestId: requestId },
            "member",
          );
      return answer(status, text, requestId);
    },
  };
}

function answer(status: number, body: string, requestId: string): WireAnswer {
  return { status, contentType: "text/xml", headers: { "x-amzn-requestid": requestId }, body };
}
