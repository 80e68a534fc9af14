import { createHash } from "node:crypto";
import { AwsError, type Site } from "../cloud.js";
import { object, text } from "../resources/convert.js";
import type { Emulator } from "./emulator.js";
import { fromXml } from "./query-call.js";
import { type Answered, notAws, sendSigned, type Asked } from "./send.js";

export interface S3Request {
  method: "DELETE" | "GET" | "PUT";
  bucket: string;
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

/** A request to the emulator's S3, with buckets in the path. Throws S3's own error as an AwsError. */
export async function s3Request(emulator: Emulator, site: Site, request: S3Request): Promise<Answered> {
  const { method, bucket, key, query, headers = {}, body = "" } = request;
  const digest = (kind: string) => createHash(kind).update(body);
  const asked: Asked = {
    service: "s3",
    endpoint: emulator.endpoints.s3 ?? "",
    site,
    method,
    path: `/${bucket}${key === undefined ? "" : `/${key.split("/").map(escaped).join("/")}`}`,
    ...(query && { query }),
    headers: {
      ...headers,
      "x-amz-content-sha256": digest("sha256").digest("hex"),
      // S3 takes no settings of a bucket without it.
      ...(body !== "" && { "content-md5": digest("md5").digest("base64") }),
    },
    body,
  };
  const answered = await sendSigned(asked);
  if (answered.status < 300) return answered;
  const { Code, Message } = object(fromXml(answered.text));
  if (text(Code) === "") throw notAws(asked, answered);
  throw new AwsError(text(Code), text(Message), answered.status);
}

function escaped(part: string): string {
  return encodeURIComponent(part).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
