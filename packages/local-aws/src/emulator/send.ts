import { AwsError, type Site } from "../cloud.js";
import { localBounds } from "../bounds.js";
import { signedHeaders } from "../wire/signature.js";
import type { EmulatedService } from "./endpoints.js";

export interface Asked {
  service: EmulatedService;
  /** Of the emulator. */
  endpoint: string;
  site: Site;
  method: "DELETE" | "GET" | "POST" | "PUT";
  path: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answered {
  status: number;
  text: string;
  headers: Headers;
}

/** An emulator takes any secret: the access key id says whose account is meant. */
const anySecret = "local";

/**
 * Sends one request to an emulator, signed as AWS's clients sign: some tell the service, account and region by the signature.
 * Throws EmulatorUnreachable where nothing answers.
 */
export async function sendSigned(asked: Asked): Promise<Answered> {
  const { service, endpoint, site, method, path, query = {}, headers = {}, body = "" } = asked;
  const url = new URL(endpoint);
  const { host, hostname } = url;
  const unsigned = { method, hostname, path, query, body, headers: { ...headers, host } };
  const by = { accessKeyId: site.account, secretAccessKey: anySecret, region: site.region, service };
  const { host: _, ...sent } = await signedHeaders(unsigned, by);
  url.pathname = path;
  url.search = new URLSearchParams(query).toString();
  try {
    const signal = AbortSignal.timeout(localBounds.emulatorCall);
    const init = { method, headers: sent, signal, ...(body !== "" && { body }) };
    const response = await fetch(url, { ...init, redirect: "error" });
    return { status: response.status, text: await response.text(), headers: response.headers };
  } catch (error) {
    throw new AwsError("EmulatorUnreachable", unreachable(service, endpoint, error), 503);
  }
}

function unreachable(service: string, endpoint: string, error: unknown): string {
  const { cause, message } = error as Error & { cause?: NodeJS.ErrnoException };
  const why = cause?.code ?? cause?.message ?? message;
  return `moorage:local says that ${service} is emulated at ${endpoint}, and it does not answer there (${why}).`;
}

/** What no AWS service would answer: whatever runs there cannot be asked, and says nothing about what exists. */
export function notAws({ service, endpoint }: Asked, { status, text }: Answered): AwsError {
  const said = text.slice(0, 200);
  return new AwsError(
    "EmulatorNotUnderstood",
    `What runs at ${endpoint} does not answer as ${service} does: HTTP ${status} ${JSON.stringify(said)}.`,
    502,
  );
}
