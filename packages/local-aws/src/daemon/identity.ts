import { localBounds } from "../bounds.js";
import { localErrorCodes } from "../error-codes.js";
import { LocalFailure, platformError, type FailureDetails } from "../failure.js";
import { proofHeader, provenText, provenTime, timeHeader, type Identity } from "../wire/control.js";
import { isSame } from "../home/credentials.js";
import type { Home } from "../home/home.js";

/** Where a target's API plays GitHub's. */
export const githubPath = "/_github";

/** Where a home's daemon listens, and what it and its callers know. */
export type DaemonPlace = Pick<Home, "apiPort" | "credentials">;

/** The daemon of `home` that listens on `port`; undefined when nobody or somebody else does. */
export async function findDaemon(home: Home, port: number = home.apiPort): Promise<Identity | undefined> {
  try {
    const place = { apiPort: port, credentials: home.credentials };
    const { answer, isProven } = await send(place, "identity", {}, localBounds.localAnswer);
    const identity = answer as Partial<Identity>;
    const isOurs = isProven && identity.home === home.folder && typeof identity.pid === "number";
    return isOurs ? (identity as Identity) : undefined;
  } catch {
    // Nobody listens, or what listens is no Moorage daemon: in both cases there is none.
    return undefined;
  }
}

/** One control request to a daemon. Throws what the daemon says is wrong. */
export async function control<Answer>(
  place: DaemonPlace,
  name: string,
  body: unknown,
  timeoutMs: number = localBounds.localControl,
): Promise<Answer> {
  const { answer, isProven } = await ask(place, name, body, timeoutMs);
  if (!isProven) throw silent(place.apiPort, "is not this home's");
  const { error } = answer as { error?: FailureDetails };
  if (error)
    throw new LocalFailure(
      Object.hasOwn(localErrorCodes, error.code) ? error : { ...error, code: "unexpected" },
    );
  return answer as Answer;
}

async function ask(place: DaemonPlace, name: string, body: unknown, timeoutMs: number): Promise<Asked> {
  try {
    return await send(place, name, body, timeoutMs);
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    const what = isLate ? `did not answer within ${timeoutMs / 1_000} s` : "broke the connection off";
    throw silent(place.apiPort, what, error);
  }
}

interface Asked {
  answer: unknown;
  /** Whether it is of one who knows the home's token, as an answer to this very request. */
  isProven: boolean;
}

/** Sent once more by the daemon's time where that is another: a clock that was set, or one that a process plays. */
async function send(place: DaemonPlace, name: string, value: unknown, timeoutMs: number): Promise<Asked> {
  const body = JSON.stringify(value);
  const first = await sendAt(String(Date.now()), place, name, body, timeoutMs);
  const now = first.response.headers.get(timeHeader);
  const told = first.response.headers.get(proofHeader) ?? "";
  const isTold =
    now !== null && isSame(told, place.credentials.proof("time", provenTime(first.authorization, now)));
  if (isTold) await first.response.body?.cancel();
  const { response, authorization } = isTold ? await sendAt(now, place, name, body, timeoutMs) : first;
  const proof = response.headers.get(proofHeader) ?? "";
  return {
    answer: await response.json(),
    isProven: isSame(proof, place.credentials.proof("answer", authorization)),
  };
}

async function sendAt(
  time: string,
  { apiPort, credentials }: DaemonPlace,
  name: string,
  body: string,
  timeoutMs: number,
): Promise<{ response: Response; authorization: string }> {
  const authorization = `Moorage ${credentials.proof("request", provenText(name, time, body))}`;
  const response = await fetch(`http://127.0.0.1:${apiPort}/_moorage/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", [timeHeader]: time, authorization },
    body,
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { response, authorization };
}

function silent(port: number, what: string, cause?: unknown): LocalFailure {
  return platformError(
    "local-silent",
    `The local target at 127.0.0.1:${port} ${what}.`,
    "Run `moorage local stop`, then the command again; if it does not stop, kill its process.",
    cause,
  );
}
