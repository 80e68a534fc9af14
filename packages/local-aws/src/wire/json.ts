import { spokenBy } from "../services/index.js";
import type { Protocol, WireAnswer, WireCall } from "./protocol.js";

/** By the part of `X-Amz-Target` before the operation. */
const byTarget = new Map(spokenBy("json").map(({ target, service }) => [target, service]));

/** Members that travel as something else than JSON's own type, by operation. */
const timeMembers: Readonly<Record<string, readonly string[]>> = {
  ListServiceDeployments: ["before", "after"],
};
const blobMembers: Readonly<Record<string, readonly string[]>> = {
  UploadLayerPart: ["layerPartBlob"],
};

/** AWS JSON 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export function jsonProtocol(target: string, body: string): Protocol {
  return {
    asked: target,
    unknown: "UnknownOperationException",
    credentials: {
      missing: ["MissingAuthenticationTokenException", 400],
      incomplete: ["IncompleteSignatureException", 400],
      mismatch: ["InvalidSignatureException", 400],
      expired: ["InvalidSignatureException", 400],
    },
    read(): WireCall | undefined {
      const [prefix = "", operation = ""] = target.split(".");
      const service = byTarget.get(prefix);
      if (service === undefined) return undefined;
      return { service, operation, input: parse(body, operation) };
    },
    result: (_call, output, requestId) => answer(200, output ?? {}, requestId),
    failure: ({ code, message, status }, requestId) => answer(status, { __type: code, message }, requestId),
  };
}

function answer(status: number, value: unknown, requestId: string): WireAnswer {
  return {
    status,
    contentType: "application/x-amz-json-1.1",
    headers: { "x-amzn-requestid": requestId },
    body: JSON.stringify(wire(value)),
  };
}

function parse(body: string, operation: string): unknown {
  const times = timeMembers[operation] ?? [];
  const blobs = blobMembers[operation] ?? [];
  return JSON.parse(body === "" ? "{}" : body, (key, value: unknown) => {
    if (times.includes(key) && typeof value === "number") return new Date(value * 1000);
    if (blobs.includes(key) && typeof value === "string") return Buffer.from(value, "base64");
    return value ?? undefined;
  }) as unknown;
}

/** Dates as seconds since the epoch, blobs as base64. */
function wire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(wire);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, wire(item)]));
}
