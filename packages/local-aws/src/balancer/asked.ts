import type { IncomingMessage } from "node:http";
import type { IncomingHttpHeaders } from "node:http2";
import type { Socket } from "node:net";
import { addressed, plainAddress } from "./headers.js";
import type { Request } from "./match.js";
import { hostOf } from "./route.js";
import type { Asked } from "./sign-in/sign-in.js";

/** What rules look at. */
export function read(request: IncomingMessage): Request {
  const { host, target } = addressed(request);
  const [path = "", query = ""] = splitOnce(target, "?");
  return {
    method: request.method ?? "GET",
    host: hostOf(host),
    path: path === "" ? "/" : path,
    query,
    headers: request.headers,
    sourceIp: plainAddress(request.socket.remoteAddress),
  };
}

/** What signing in goes by. */
export function askedBy({ path, query, headers, host }: Request): Asked {
  const authority = [headers[":authority"] ?? headers["host"] ?? host].flat()[0] ?? host;
  const cookies = [headers["cookie"] ?? []].flat().join("; ");
  return { authority, path, query, cookies };
}

export function readStream(headers: IncomingHttpHeaders, socket: Socket): Request {
  const [path = "", query = ""] = splitOnce(headers[":path"] ?? "/", "?");
  return {
    method: headers[":method"] ?? "GET",
    host: hostOf(headers[":authority"] ?? headers.host),
    path: path === "" ? "/" : path,
    query,
    headers,
    sourceIp: plainAddress(socket.remoteAddress),
  };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}
