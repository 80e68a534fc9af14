import type { IncomingMessage, ServerResponse } from "node:http";
import { asLocalFailure } from "../failure.js";
import { AwsError, type Site } from "../cloud.js";
import { isSame, type Credentials } from "../home/credentials.js";
import { readBody } from "./body.js";

/** Who the daemon is: what a client checks before it trusts an answer from the port. */
export interface Identity {
  pid: number;
  /** The home's folder. */
  home: string;
  /** The home's own id: another one when the folder was removed and made again. */
  homeId: string;
  /** Version and build of the code that runs. */
  build: string;
  /** Whether it has started all its parts. */
  ready: boolean;
}

/** Answers to the control requests, by path under `/_moorage/`. A request's body is JSON. */
export type Controls = Readonly<Record<string, (body: unknown) => Promise<unknown> | unknown>>;

/** How far the time that a request tells may be away, in milliseconds: who captured one has no use of it later. */
const freshMs = 60_000;

/** What a request's proof is of: nothing of it can be changed, and it is of no use later. */
export function provenText(name: string, time: string, body: string): string {
  return [name, time, body].join("\n");
}

/**
 * The driver's own interface: `POST /_moorage/<name>` with JSON, answered with JSON. The request proves that its sender
 * can read the home's token, and the answer that the daemon can; the token itself is never sent. Never rejects.
 */
export async function answerControl(
  { controls, credentials }: { controls: Controls; credentials: Credentials },
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
  try {
    if (request.method !== "POST") throw new AwsError("MethodNotAllowed", "Controls take POST only.", 405);
    if (request.headers["content-type"] !== "application/json") {
      throw new AwsError("BadRequest", "Controls take application/json.", 415);
    }
    const body = (await readBody(request)).toString("utf8");
    const authorization = checkProof(request, name, body, credentials);
    if (!isFresh(request)) {
      const now = String(Date.now());
      response.setHeader(timeHeader, now);
      response.setHeader(proofHeader, credentials.proof("time", provenTime(authorization, now)));
      throw new AwsError("RequestExpired", "The sender's clock is not the daemon's.", 401);
    }
    response.setHeader(proofHeader, credentials.proof("answer", authorization));
    if (control === undefined) throw new AwsError("NotFound", `There is no control ${name}.`, 404);
    reply(response, 200, await control(body === "" ? {} : JSON.parse(body)));
  } catch (error) {
    const { code, message, hint, kind } = asLocalFailure(error);
    const status = error instanceof AwsError ? error.status : kind === "bad-request" ? 400 : 500;
    reply(response, status, { error: { code, message, hint } });
  }
}

/** Where an answer proves that it is the daemon's own: nobody else's answer is believed. */
export const proofHeader = "x-moorage-proof";
/** When a request was sent, in milliseconds since the epoch. */
export const timeHeader = "x-moorage-time";

/** What the daemon's proof of its own time is of: a sender with another clock sends again by it. */
export function provenTime(authorization: string, now: string): string {
  return [authorization, now].join("\n");
}

function isFresh(request: IncomingMessage): boolean {
  return Math.abs(Date.now() - Number(request.headers[timeHeader] ?? "")) <= freshMs;
}

/** The request's proof, which is what it should be. */
function checkProof(request: IncomingMessage, name: string, body: string, credentials: Credentials): string {
  const { authorization = "" } = request.headers;
  const time = String(request.headers[timeHeader] ?? "");
  const wanted = `Moorage ${credentials.proof("request", provenText(name, time, body))}`;
  if (isSame(authorization, wanted)) return authorization;
  throw new AwsError(
    "Unauthorized",
    "Controls take requests only of those who can read the home's token.",
    401,
  );
}

function reply(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value ?? {});
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** A site as it comes from outside. Throws when it is none. */
export function parseSite(value: unknown): Site {
  const { account, region } = (value ?? {}) as Partial<Record<keyof Site, unknown>>;
  if (
    typeof account === "string" &&
    /^\d{12}$/.test(account) &&
    typeof region === "string" &&
    /^[a-z]{2}(-[a-z]+)+-\d$/.test(region)
  ) {
    return { account, region };
  }
  throw new AwsError("BadRequest", "A site is { account: 12 digits, region }.");
}
