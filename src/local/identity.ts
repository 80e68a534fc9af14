import { bounds } from "../bounds.js";
import { MoorageError, platformFailure, type Problem } from "../errors.js";
import type { Identity } from "./api/control.js";

/** Where a target's API plays GitHub's. */
export const githubPath = "/_github";

/** The daemon of `home` that listens on `port`; undefined when nobody or somebody else does. */
export async function findDaemon(port: number, home: string): Promise<Identity | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_moorage/identity`, {
      signal: AbortSignal.timeout(bounds.localAnswer),
    });
    const identity = (await response.json()) as Partial<Identity>;
    return identity.home === home && typeof identity.pid === "number" ? (identity as Identity) : undefined;
  } catch {
    // Nobody listens, or what listens is no Moorage daemon: in both cases there is none.
    return undefined;
  }
}

/** One control request to a daemon. Throws what the daemon says is wrong. */
export async function control<Answer>(
  port: number,
  name: string,
  body: unknown,
  timeoutMs: number = bounds.localControl,
): Promise<Answer> {
  const answer = (await ask(port, name, body, timeoutMs)) as Answer & { error?: Omit<Problem, "fault"> };
  if (answer.error) throw new MoorageError({ ...answer.error, fault: "platform" });
  return answer;
}

async function ask(port: number, name: string, body: unknown, timeoutMs: number): Promise<unknown> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_moorage/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return await response.json();
  } catch (error) {
    const isLate = error instanceof Error && error.name === "TimeoutError";
    throw platformFailure(
      "local-silent",
      `The local target at 127.0.0.1:${port} ${isLate ? `did not answer within ${timeoutMs / 1_000} s` : "broke the connection off"}.`,
      "Run `moorage local stop`, then the command again; where it does not stop, end its process.",
      error,
    );
  }
}
