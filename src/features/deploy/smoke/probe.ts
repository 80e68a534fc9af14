import type { LookupFunction } from "node:net";
import { lookup } from "node:dns";
import { type ClientRequest, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { onAbort } from "../../../core/on-abort.js";

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

/** One request, bounded in time and size. Never throws for what the other side does, and settles whatever it does. */
export function fetchAnswer(
  url: string,
  timeoutMs: number,
  signal?: AbortSignal,
  method: "GET" | "POST" = "GET",
): Promise<Answer> {
  return new Promise((resolve) => {
    const request = requestFor(url, method);
    const settle = (answer: Answer) => {
      clearTimeout(timer);
      forget();
      resolve(answer);
      request.destroy();
    };
    const failed = (error: string) => settle({ status: undefined, body: "", headers: {}, error });
    let begun = false;
    let forget = (): void => undefined;
    const interrupt = () => failed("interrupted");
    const timer = setTimeout(
      () => failed(`${begun ? "its response did not finish" : "no answer"} within ${timeoutMs} ms`),
      timeoutMs,
    );
    request.on("error", (error) => failed(error.message));
    if (signal?.aborted) return interrupt();
    if (signal !== undefined) forget = onAbort(signal, interrupt);
    // Nobody asked for another protocol: a proxy that says so would be talked to for ever.
    request.on("upgrade", ({ statusCode: status, headers }: IncomingMessage) =>
      settle({ status, body: "", headers, error: undefined }),
    );
    request.on("response", (response) => {
      begun = true;
      response.on("error", (error) => failed(error.message));
      void bodyOf(response).then((body) =>
        settle({ status: response.statusCode, body, headers: response.headers, error: undefined }),
      );
    });
    request.end();
  });
}

function requestFor(url: string, method: string): ClientRequest {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return send(url, { method, agent: false, headers: { "user-agent": "moorage" }, lookup: loopbackNames });
}

/** What is longer than the limit is cut off, and read to its end all the same. */
function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= bodyLimit) chunks.push(chunk);
  });
  return new Promise((resolve) => {
    response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
  });
}

/** RFC 6761: names under `.localhost` are loopback; not every resolver says so. */
export const loopbackNames: LookupFunction = (hostname, options, callback) => {
  if (!/(^|\.)localhost$/i.test(hostname)) return lookup(hostname, options, callback);
  return options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
};
