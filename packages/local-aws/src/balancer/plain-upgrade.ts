import type { IncomingMessage } from "node:http";
import { pairs } from "./headers.js";

/** Whether the request wants a WebSocket; any other upgrade is ignored, as RFC 9110, section 7.8, allows. */
export function isWebSocket({ method, headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  const hasBody = headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
  return method === "GET" && !hasBody && headers.upgrade?.trim().toLowerCase() === "websocket";
}

const offers = new Set(["upgrade", "http2-settings"]);

/** The bytes of the request's head without its offer to leave HTTP/1.1, to be read as if it had come so. */
export function withoutUpgrade({ method, url, httpVersion, rawHeaders }: IncomingMessage): Buffer {
  const headers = pairs(rawHeaders).flatMap(([name, value]): [string, string][] => {
    if (offers.has(name.toLowerCase())) return [];
    if (name.toLowerCase() !== "connection") return [[name, value]];
    const tokens = value
      .split(",")
      .map((token) => token.trim())
      .filter((token) => token !== "" && !offers.has(token.toLowerCase()));
    return tokens.length === 0 ? [] : [[name, tokens.join(", ")]];
  });
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${method} ${url} HTTP/${httpVersion}`, ...lines, "", ""].join("\r\n"), "latin1");
}
