import type { IncomingMessage, ServerResponse } from "node:http";
import { asMoorageError, exitCodes } from "../../errors.js";
import { AwsError, type Site } from "../cloud.js";
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

/** The driver's own interface: `POST /_moorage/<name>` with JSON, answered with JSON. Never rejects. */
export async function answerControl(
  controls: Controls,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
  try {
    if (control === undefined) throw new AwsError("NotFound", `There is no control ${name}.`, 404);
    // A page in a browser may post here too, but not with this type without asking first.
    if (request.method === "POST" && request.headers["content-type"] !== "application/json") {
      throw new AwsError("BadRequest", "Controls take application/json.", 415);
    }
    const body = await readBody(request);
    reply(response, 200, await control(body === "" ? {} : JSON.parse(body)));
  } catch (error) {
    const { code, message, hint, exitCode } = asMoorageError(error);
    const status = error instanceof AwsError ? error.status : exitCode === exitCodes.badRequest ? 400 : 500;
    reply(response, status, { error: { code, message, hint, exitCode } });
  }
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
