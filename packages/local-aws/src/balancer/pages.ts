import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { ServerResponse } from "node:http";
import type { Pairs } from "./headers.js";

const titles = {
  400: "Bad Request",
  401: "Authorization Required",
  405: "Not Allowed",
  408: "Request Time-out",
  414: "Request-URI Too Large",
  463: "",
  464: "",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Temporarily Unavailable",
  504: "Gateway Time-out",
  505: "HTTP Version Not Supported",
  561: "Authentication Error",
};

type ErrorStatus = keyof typeof titles;

/** The load balancer's own answers, as AWS's look: the status line's end, and the page. */
export function pageText(status: ErrorStatus): { title: string; body: string } {
  const title = `${status} ${titles[status]}`;
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
  return { title, body };
}

/**
 * The load balancer's own answer for what it cannot forward.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
export function errorPage(response: ServerResponse, status: ErrorStatus, reason?: string): void {
  // What was wrong with a request may go on in its body.
  if (status < 500 || status === 501 || status === 505) response.shouldKeepAlive = false;
  const { body } = pageText(status);
  // AWS tells it in its access log.
  const told = reason === undefined ? "" : `<!-- ${reason.replaceAll("--", "- -")} -->\r\n`;
  send(response, status, "text/html", `${body}${told}`);
}

export function fixedResponse(response: ServerResponse, config: Action["FixedResponseConfig"]): void {
  send(
    response,
    Number(config?.StatusCode ?? 200),
    config?.ContentType ?? "text/plain",
    config?.MessageBody ?? "",
  );
}

export function redirect(response: ServerResponse, status: 301 | 302, location: string): void {
  response.setHeader("Location", location);
  send(response, status, "text/html", "");
}

/** An answer of the load balancer's own that leads elsewhere, with cookies. */
export function away(response: ServerResponse, headers: Pairs): void {
  for (const [name, value] of headers) response.appendHeader(name, value);
  send(response, 302, "text/html", "");
}

/** PEM. */
export function publicKey(response: ServerResponse, key: string): void {
  send(response, 200, "application/x-pem-file", key);
}

/** Says which host was asked for and which ones there are. */
export function noRule(
  response: ServerResponse,
  asked: string,
  known: { host: string; path: string }[],
): void {
  const lines = known.map(({ host, path }) => `  ${host}${path}`);
  const list =
    lines.length === 0 ? "Nothing is deployed here." : `What is deployed here:\n${lines.join("\n")}`;
  send(
    response,
    404,
    "text/plain; charset=utf-8",
    `No listener rule matches ${JSON.stringify(asked)}.\n${list}\n`,
  );
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    Server: "awselb/2.0",
    "Content-Type": type,
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}
