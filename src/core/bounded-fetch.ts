import { bounds } from "./bounds.js";
import { platformFailure } from "./errors.js";

/** Milliseconds. */
export interface FetchBounds {
  /** Until an answer begins; with a body that is a stream, from when the other side has taken all of it. */
  attemptMs?: number;
  /** Without a byte going either way. */
  idleMs?: number;
  /** The whole of an answer that is no stream of bytes of any length; `attemptMs` unless given. */
  wholeMs?: number;
}

export interface BoundedRequest extends RequestInit {
  signal?: AbortSignal | undefined;
  /** Whether the answer may be of any length: then only a pause in it ends it. */
  isLong?: boolean;
}

/**
 * fetch, whose own bounds are minutes: bounds the answer, each pause in what is sent or received, and a short answer as a
 * whole. Raises `no-answer` (exit 1) at a bound, and `answer-broken` where the connection is lost in the middle of an answer.
 */
export async function boundedFetch(
  url: URL | string,
  { signal, body, isLong = false, ...init }: BoundedRequest,
  { attemptMs = bounds.registryAttempt, idleMs = bounds.registryIdle, wholeMs = attemptMs }: FetchBounds = {},
): Promise<Response> {
  const { host } = new URL(url);
  const clock = new Clock(host);
  const ending = signal ? AbortSignal.any([signal, clock.signal]) : clock.signal;
  clock.start(attemptMs);
  const sent = body instanceof ReadableStream ? { body: sending(body, clock, idleMs, attemptMs) } : { body };
  try {
    const answer = await fetch(url, { ...init, ...sent, signal: ending });
    clock.stop();
    if (answer.body === null) return answer;
    const deadline = isLong ? Infinity : performance.now() + wholeMs;
    const read = receiving(answer.body, clock, () => Math.min(idleMs, deadline - performance.now()));
    return new Response(ReadableStream.from(read), answer);
  } catch (error) {
    clock.stop();
    throw clock.signal.aborted ? clock.signal.reason : error;
  }
}

/** Runs only while the other side is waited for. */
class Clock {
  private readonly over = new AbortController();

  constructor(readonly host: string) {}

  private timer: NodeJS.Timeout | undefined;

  get signal(): AbortSignal {
    return this.over.signal;
  }

  start(milliseconds: number): void {
    this.stop();
    const seconds = Math.max(1, Math.round(milliseconds / 1_000));
    const end = () => this.over.abort(silent(this.host, seconds));
    // The connection keeps the process alive as long as somebody waits.
    this.timer = setTimeout(end, Math.max(0, milliseconds)).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}

function sending(body: ReadableStream, clock: Clock, idleMs: number, attemptMs: number): ReadableStream {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    clock.stop();
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      clock.start(idleMs);
      yield piece;
      clock.stop();
    }
    clock.start(Math.max(idleMs, attemptMs));
  }
  return ReadableStream.from(pieces());
}

async function* receiving(
  body: ReadableStream<Uint8Array>,
  clock: Clock,
  patience: () => number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      clock.start(patience());
      const { done, value } = await reader.read();
      clock.stop();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw clock.signal.aborted ? clock.signal.reason : broken(clock.host, error);
  } finally {
    clock.stop();
    await reader.cancel().catch(() => undefined);
  }
}

const hint = "Check the network, then run the command again.";

function silent(host: string, seconds: number): Error {
  return platformFailure("no-answer", `${host} sent nothing for ${seconds} s.`, hint);
}

/** An abort of the run stays what it is. */
function broken(host: string, error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  const { cause, message } = error;
  const reason = cause instanceof Error ? cause.message : message;
  return platformFailure("answer-broken", `The response of ${host} was cut off: ${reason}`, hint, error);
}
