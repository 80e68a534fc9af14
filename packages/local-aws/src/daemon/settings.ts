import { isAbsolute } from "node:path";
import { isLoopback } from "../balancer/sign-in/issuers.js";
import { invalidRequest } from "../failure.js";

/** How a local target behaves, by the environment of the command that starts it. */
export interface LocalSettings {
  /** AWS's waits are divided by this. */
  speed: number;
  /** What apps are told in X-Forwarded-Proto behind the built-in listener. */
  protocol: "http" | "https";
  /** A file that every call is appended to. */
  trace?: string;
  /** By host, the URL of what stands in for an issuer that signs people in: all on this machine. */
  issuers?: Readonly<Record<string, string>>;
}

/** Raises `local-setting-invalid` (exit 2) for a value that means nothing. */
export function readLocalSettings(env: NodeJS.ProcessEnv): LocalSettings {
  const speed = env["MOORAGE_LOCAL_SPEED"] || "20";
  if (!/^\d+(\.\d+)?$/.test(speed) || Number(speed) < 1) {
    throw invalid("MOORAGE_LOCAL_SPEED", speed, "a number, 1 (AWS's own pace) or greater");
  }
  const protocol = env["MOORAGE_LOCAL_PROTOCOL"] || "https";
  if (protocol !== "http" && protocol !== "https") {
    throw invalid("MOORAGE_LOCAL_PROTOCOL", protocol, "`https` or `http`");
  }
  const trace = env["MOORAGE_LOCAL_TRACE"];
  if (trace !== undefined && !isAbsolute(trace)) {
    throw invalid("MOORAGE_LOCAL_TRACE", trace, "the absolute path of a file");
  }
  const issuers = env["MOORAGE_LOCAL_ISSUERS"];
  return {
    speed: Number(speed),
    protocol,
    ...(trace !== undefined && { trace }),
    ...(issuers && { issuers: readIssuers(issuers) }),
  };
}

/** `login.example.com=http://127.0.0.1:9000`, several with commas between them. */
function readIssuers(value: string): Record<string, string> {
  const pairs = value
    .split(",")
    .map((pair) => pair.trim())
    .filter(Boolean);
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, host, url] = /^([^=\s]+)=(https?:\/\/[^\s/]+)\/?$/.exec(pair) ?? [];
      const name = url === undefined || !URL.canParse(url) ? "" : new URL(url).hostname;
      if (host === undefined || url === undefined || !isLoopback(name)) {
        throw invalid(
          "MOORAGE_LOCAL_ISSUERS",
          value,
          "pairs of an issuer's host and a URL on this machine, such as `login.example.com=http://127.0.0.1:9000`",
        );
      }
      return [host, url];
    }),
  );
}

function invalid(name: string, value: string, wanted: string) {
  return invalidRequest(
    "local-setting-invalid",
    `The environment variable ${name} is ${JSON.stringify(value)}; it must be ${wanted}.`,
    `Correct or unset ${name}; docs/configuration.md, "The local target".`,
  );
}
