import type { IncomingHttpHeaders } from "node:http";

/**
 * Why a request comes from a page in a browser that is none of the target's own; undefined where it does not. A name that
 * its owner points at this machine (DNS rebinding) still stands in `Host`; a page that calls across origins, in `Origin`.
 */
export function foreignCaller(headers: IncomingHttpHeaders, port: number): string | undefined {
  const own = ["127.0.0.1", "localhost", "[::1]"].map((host) => `${host}:${port}`);
  const { host, origin } = headers;
  if (host === undefined || !own.includes(host.toLowerCase())) {
    return `The local target answers to ${own.join(", ")} only, and this request's Host is ${JSON.stringify(host ?? "")}.`;
  }
  if (origin !== undefined && !own.includes(origin.toLowerCase().replace(/^http:\/\//, ""))) {
    return `The local target takes nothing from pages of other origins: ${JSON.stringify(origin)}.`;
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return "The local target takes nothing from pages of other sites.";
  }
  return undefined;
}
