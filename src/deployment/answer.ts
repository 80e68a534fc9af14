import type { LookupFunction } from "node:net";
import { lookup } from "node:dns";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** What a URL answered, or why it did not. */
export interface Answer {
  /** HTTP status; undefined when no answer came. */
  status: number | undefined;
  body: string;
  headers: Record<string, string | string[] | undefined>;
  /** `connect ECONNREFUSED 127.0.0.1:8080`, `no answer within 5000 ms`. */
  error: string | undefined;
}

const bodyLimit = 64 * 1024;

/** One GET, bounded in time and size. Never throws for what the other side does. */
export function fetchAnswer(url: string, timeoutMs: number, signal?: AbortSignal): Promise<Answer> {
  return new Promise((resolve) => {
    const failed = (error: string) => resolve({ status: undefined, body: "", headers: {}, error });
    const bound = AbortSignal.timeout(timeoutMs);
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const options = {
      agent: false as const,
      headers: { "user-agent": "moorage" },
      lookup: loopbackNames,
      signal: signal ? AbortSignal.any([signal, bound]) : bound,
    };
    const request = send(url, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= bodyLimit) chunks.push(chunk);
      });
      response.on("error", (error) => failed(error.message));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        resolve({ status: response.statusCode, body, headers: response.headers, error: undefined });
      });
    });
    request.on("error", (error) =>
      failed(bound.aborted ? `no answer within ${timeoutMs} ms` : error.message),
    );
    request.end();
  });
}

/** RFC 6761: names under `.localhost` are loopback; not every resolver says so. */
const loopbackNames: LookupFunction = (hostname, options, callback) => {
  if (!/(^|\.)localhost$/i.test(hostname)) return lookup(hostname, options, callback);
  return options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
};
