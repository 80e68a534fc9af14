import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest, parseQueryString } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";
import { isSame } from "../home/credentials.js";

/** What AWS answers to a request that it does not know to be from the account. */
export type Refusal = "expired" | "incomplete" | "missing" | "mismatch";

/** Undefined when the request is signed with the secret, for these bytes, now. */
export type SignatureCheck = (request: IncomingMessage, body: Buffer) => Promise<Refusal | undefined>;

/** How far the signing clock may be away, in minutes: S3's own, and the other services'. */
const skewMinutes = { s3: 15, other: 5 };

const form =
  /^AWS4-HMAC-SHA256 +Credential=([^/, ]+)\/(\d{8})\/([^/, ]+)\/([^/, ]+)\/aws4_request, *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/;

/**
 * Checks AWS's Signature Version 4 by signing the same request again. The access key id may be any: it names the account.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureCheck(secretAccessKey: string, now: () => number = Date.now): SignatureCheck {
  return async (request, body) => {
    const { authorization } = request.headers;
    if (authorization === undefined) return "missing";
    const parts = form.exec(authorization);
    const signedAt = dateOf(request.headers["x-amz-date"]);
    if (parts === null || signedAt === undefined) return "incomplete";
    const [, accessKeyId = "", day = "", region = "", service = "", list = "", given = ""] = parts;
    const signedHeaders = list.split(";");
    if (!request.headers["x-amz-date"]?.toString().startsWith(day)) return "mismatch";
    if (unsigned(request, signedHeaders).length > 0) return "mismatch";
    if (!isOfBody(request.headers["x-amz-content-sha256"], body, service)) return "mismatch";
    const signer = new SignatureV4({
      credentials: { accessKeyId, secretAccessKey },
      region,
      service,
      sha256: Sha256,
      uriEscapePath: service !== "s3",
      applyChecksum: false,
    });
    const again = await signer.sign(sameRequest(request, body, signedHeaders), {
      signingDate: signedAt,
      signableHeaders: new Set(signedHeaders),
    });
    if (!isSame(given, signatureOf(again.headers["authorization"]))) return "mismatch";
    const skewMs = (service === "s3" ? skewMinutes.s3 : skewMinutes.other) * 60_000;
    return Math.abs(now() - signedAt.getTime()) > skewMs ? "expired" : undefined;
  };
}

export interface UnsignedRequest {
  method: string;
  hostname: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: string;
}

/** The headers of a request with its signature, as AWS's clients sign: for what is asked beside this target. */
export async function signedHeaders(
  request: UnsignedRequest,
  by: { accessKeyId: string; secretAccessKey: string; region: string; service: string },
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey, region, service } = by;
  const credentials = { accessKeyId, secretAccessKey };
  const signer = new SignatureV4({
    ...{ credentials, region, service },
    sha256: Sha256,
    uriEscapePath: service !== "s3",
  });
  return (await signer.sign(new HttpRequest(request))).headers;
}

function signatureOf(authorization = ""): string {
  return /Signature=(\w+)$/.exec(authorization)?.[1] ?? "";
}

/** Headers that decide what a request means, and that its signature leaves open. */
function unsigned({ headers }: IncomingMessage, signed: readonly string[]): string[] {
  return Object.keys(headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signed.includes(name),
  );
}

/** Where the hash of the body is told, the told one is signed, so that it must be the body's own. */
function isOfBody(told: string | string[] | undefined, body: Buffer, service: string): boolean {
  if (told === undefined || (told === "UNSIGNED-PAYLOAD" && service === "s3" && body.length === 0))
    return true;
  return told === createHash("sha256").update(body).digest("hex");
}

function sameRequest(
  { method = "", url = "/", headersDistinct }: IncomingMessage,
  body: Buffer,
  signedHeaders: readonly string[],
): HttpRequest {
  const [path = "/", query = ""] = url.split("?", 2);
  const parameters = Object.entries(parseQueryString(query)).map(
    ([key, value]) => [key, value ?? ""] as const,
  );
  const headers = signedHeaders.map((name) => [name, headersDistinct[name]?.join(",") ?? ""] as const);
  return new HttpRequest({
    method,
    path,
    query: Object.fromEntries(parameters),
    headers: Object.fromEntries(headers),
    body,
  });
}

/** `20260102T030405Z`. */
function dateOf(text: string | string[] | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(String(text));
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
