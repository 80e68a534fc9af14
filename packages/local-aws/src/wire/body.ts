import type { IncomingMessage } from "node:http";
import { AwsError } from "../cloud.js";

const maxBytes = 32 << 20;

/** A request's body. Throws when it is longer than 32 MiB. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new AwsError("RequestEntityTooLarge", "The request is too large.", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
