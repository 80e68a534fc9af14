import { HttpRequest } from "@smithy/core/protocols";
import type { BucketAnswer, BucketRequest, Forward } from "../backend/bucket-http.js";
import type { S3Place } from "../backend/s3-url.js";
import { type Trace, traced } from "../../core/trace.js";
import { openS3 } from "./s3-client.js";

/** What the first sender's signature and connection were about; the rest of a request is carried along. */
const ofTheConnection = new Set([
  "accept-encoding",
  "authorization",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
]);

/** Sends requests to a bucket as they are, signed with the credentials of this process (S3 API, "Signature Version 4"). */
export async function openForward(
  place: S3Place,
  trace?: Trace,
): Promise<{ forward: Forward; close(): void }> {
  const s3 = await openS3(place);
  const { config } = s3;
  const forward: Forward = async (request, ended) => {
    const { url } = config.endpointProvider({
      Bucket: place.bucket,
      Region: await config.region(),
      Endpoint: place.endpoint,
      ForcePathStyle: place.forcePathStyle,
      UseDualStack: place.dualstack,
      UseFIPS: place.fips,
    });
    const signer = await config.signer();
    const signed = await signer.sign(requestTo(url, request));
    const call = { to: "aws", what: `S3 ${request.method} ${request.path}` } as const;
    const { response } = await traced(
      trace,
      { ...call, outcome: (answer) => answer.response.statusCode },
      () => config.requestHandler.handle(signed as HttpRequest, { ...(ended && { abortSignal: ended }) }),
    );
    return { status: response.statusCode, headers: response.headers, body: await collected(response.body) };
  };
  return { forward, close: () => s3.destroy() };
}

function requestTo(url: URL, { method, path, query, headers, body }: BucketRequest): HttpRequest {
  const kept = Object.entries(headers).filter(([name]) => !ofTheConnection.has(name));
  return new HttpRequest({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port !== "" && { port: Number(url.port) }),
    path: `${url.pathname.replace(/\/$/, "")}${path}` || "/",
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: { ...Object.fromEntries(kept), host: url.host, "content-length": String(body.length) },
    body,
  });
}

async function collected(body: AsyncIterable<Uint8Array> | undefined): Promise<BucketAnswer["body"]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks);
}
