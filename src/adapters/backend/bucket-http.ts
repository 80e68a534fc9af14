import type { IncomingMessage, ServerResponse } from "node:http";

/** A request to a bucket, as S3's REST API has it. */
export interface BucketRequest {
  method: string;
  /** Below the bucket, percent-encoded: `/key`, or empty for the bucket itself. */
  path: string;
  /** Without `?`. */
  query: string;
  /** Lower-case names. */
  headers: Record<string, string>;
  body: Buffer;
}

export interface BucketAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Sends a request to the bucket, until `ended` is aborted. Rejects when there is no answer. */
export type Forward = (request: BucketRequest, ended?: AbortSignal) => Promise<BucketAnswer>;

/** A refusal does not pass by waiting; throttling, and a bucket that cannot be reached, may. */
export function mayPass({ status }: Pick<BucketAnswer, "status">): boolean {
  return status >= 500 || status === 408 || status === 429;
}

/** Why the bucket did not take it, in S3's own words. */
export function bucketReason({ status, body }: BucketAnswer): string {
  const text = body.toString();
  const [, code = `HTTP ${status}`] = /<Code>([^<]*)/.exec(text) ?? [];
  const [, message = ""] = /<Message>([^<]*)/.exec(text) ?? [];
  return message === "" ? code : message;
}

/** An answer that S3 could have given. */
export function bucketRefusal(status: number, error: unknown): BucketAnswer {
  const message = (error instanceof Error ? error.message : String(error)).replace(/[<>&]/g, " ");
  const code = status === 403 ? "AccessDenied" : "ServiceUnavailable";
  const body = Buffer.from(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
  return { status, headers: { "content-type": "application/xml" }, body };
}

/** A message's whole body. */
export async function collected(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Answers the CLI, over a connection of its own. */
export function reply(response: ServerResponse, { status, headers, body }: BucketAnswer): void {
  const kept = Object.entries(headers).filter(
    ([name]) => !/^(connection|keep-alive|transfer-encoding|content-length)$/i.test(name),
  );
  const isHead = response.req.method === "HEAD";
  const length = isHead ? (headers["content-length"] ?? "0") : String(body.length);
  response.writeHead(status, {
    ...Object.fromEntries(kept),
    ...(status !== 204 && { "content-length": length }),
  });
  response.end(body);
}
