/**
 * What an application load balancer refuses of a request, and with which status.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
import type { IncomingMessage } from "node:http";
import { pairs } from "./headers.js";

/** Bytes: of the request line, of one header, and of all headers of a request and of an answer. */
export const limits = {
  requestLine: 16 * 1024,
  header: 16 * 1024,
  requestHeaders: 64 * 1024,
  answerHeaders: 32 * 1024,
} as const;

const mostForwardedAddresses = 30;
/** What a header's line has beside its name and value: colon, blank, CR, LF. */
const lineOverhead = 4;

type Asked = Pick<IncomingMessage, "httpVersion" | "method" | "url" | "rawHeaders">;

/** The status of the refusal; undefined where nothing is wrong with the request. */
export function statusOfRefusal(request: Asked): 400 | 405 | 414 | 463 | 501 | 505 | undefined {
  const { httpVersion, method = "", url = "", rawHeaders } = request;
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return 505;
  if (`${method} ${url} HTTP/1.1`.length > limits.requestLine) return 414;
  const headers = pairs(rawHeaders);
  const sizes = headers.map(([name, value]) => name.length + value.length + lineOverhead);
  if (sizes.some((size) => size - lineOverhead > limits.header)) return 400;
  if (sizes.reduce((sum, size) => sum + size, 0) > limits.requestHeaders) return 400;
  const values = (wanted: string) =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const hosts = values("host").length;
  if (hosts > 1 || (hosts === 0 && httpVersion === "1.1")) return 400;
  if (method === "TRACE") return 405;
  const encodings = values("transfer-encoding");
  if (encodings.length > 1) return 400;
  if (encodings.some((encoding) => encoding.trim().toLowerCase() !== "chunked")) return 501;
  const forwarded = values("x-forwarded-for").flatMap((value) => value.split(","));
  return forwarded.length > mostForwardedAddresses ? 463 : undefined;
}

/** The status for what is no HTTP request at all, by the parser's error; undefined where nobody is left to read it. */
export function refusalOfParseError(error: {
  code?: string | undefined;
  rawPacket?: Buffer;
}): 400 | 408 | 501 | 505 | undefined {
  switch (error.code) {
    case "ECONNRESET":
    case "EPIPE":
      return undefined;
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return 408;
    case "HPE_INVALID_VERSION":
    case "HPE_PAUSED_H2_UPGRADE":
      return 505;
    case "HPE_INVALID_TRANSFER_ENCODING":
      return transferEncodings(error.rawPacket) > 1 ? 400 : 501;
    default:
      return 400;
  }
}

function transferEncodings(packet: Buffer | undefined): number {
  return [...(packet?.toString("latin1") ?? "").matchAll(/\ntransfer-encoding[ \t]*:/gi)].length;
}
