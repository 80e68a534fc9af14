import { MoorageError, type Problem } from "../errors.js";
import type { Identity } from "./api/control.js";

/** Where a target's API plays GitHub's. */
export const githubPath = "/_github";

/** How long a daemon may take to say who it is, in milliseconds: it may be busy starting. */
const answerMs = 5_000;

/** The daemon of `home` that listens on `port`; undefined when nobody or somebody else does. */
export async function findDaemon(port: number, home: string): Promise<Identity | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/_moorage/identity`, {
      signal: AbortSignal.timeout(answerMs),
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
  timeoutMs = 30_000,
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${port}/_moorage/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const answer = (await response.json()) as Answer & { error?: Omit<Problem, "fault"> };
  if (answer.error) throw new MoorageError({ ...answer.error, fault: "platform" });
  return answer;
}
