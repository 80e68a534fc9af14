import { setTimeout as delay } from "node:timers/promises";
import { parseBackend } from "../../backend/backend.js";
import { type BucketRequest, type Forward, mayPass } from "../../backend/bucket-http.js";
import { openRelay } from "../../backend/relay.js";
import { bounds } from "../../../core/bounds.js";
import type { MoorageError } from "../../../core/errors.js";
import { withinBound } from "../../../core/interruption.js";
import type { S3Place } from "../../backend/s3-url.js";
import type { Trace } from "../../../core/trace.js";
import type { StackSpec } from "../engine.js";
import { forgetKept, keepState, keptFile } from "./saved.js";
import { breakDeadLocks } from "../lock.js";
import { withLocks } from "../locks.js";
import { stateKeys, writtenAt } from "../stored-state.js";
import { stateKept, stateLate } from "./errors.js";

/** How a run of the CLI sees its backend. */
export interface SeenBackend {
  /** The spec with the backend's URL for the CLI. */
  spec: StackSpec;
  /** Aborted when the backend takes no state any more: the engine is to end what it has begun, and begin nothing. */
  giveUp: AbortSignal | undefined;
}

export interface RelayTimeouts {
  /** How long the backend may fail to take a state, in milliseconds. */
  patienceMs: number;
  /** How long trying again after the engine has ended, in milliseconds. */
  lastTryMs: number;
}

export interface RelayedRun {
  patience: RelayTimeouts;
  /** Aborted when a person has no time to wait. */
  signal?: AbortSignal | undefined;
  /** Called with each request to the bucket. */
  trace?: Trace | undefined;
}

/** How the last try is bounded. */
interface LastTry extends Pick<RelayTimeouts, "lastTryMs"> {
  signal: AbortSignal | undefined;
}

/** The newest state that the bucket did not take. */
interface Unsent {
  request: BucketRequest;
  reason: string;
}

export const defaultPatience: RelayTimeouts = {
  patienceMs: bounds.stateWrite,
  lastTryMs: bounds.stateLastTry,
};
const pauseMs = 500;
const silence = "it did not answer in time";

/**
 * Runs `use` with a relay between the CLI and a state in S3, so that a state which cannot be written there is not lost (F15):
 * it is written when the engine has ended, or else kept in a file that the next run here takes up. Other backends are seen
 * as they are. Raises `state-late` or `state-kept` (exit 1) for a run that had to be ended for it.
 */
export async function throughRelay<T>(
  spec: StackSpec,
  run: RelayedRun,
  use: (seen: SeenBackend) => Promise<T>,
): Promise<T> {
  const backend = parseBackend(spec.backendUrl);
  if (backend.kind !== "s3") return use({ spec, giveUp: undefined });
  const { openForward } = await import("../../aws/forward.js");
  const { forward, close } = await openForward(backend.place, run.trace);
  try {
    return await relayed(spec, backend.place, forward, run, use);
  } finally {
    close();
  }
}

async function relayed<T>(
  spec: StackSpec,
  place: S3Place,
  forward: Forward,
  { patience: { patienceMs, lastTryMs }, signal }: RelayedRun,
  use: (seen: SeenBackend) => Promise<T>,
): Promise<T> {
  const isState = isStateOf(spec, place);
  const stored = watchStored(forward, isState);
  const giveUp = new AbortController();
  let unsent: Unsent | undefined;
  const relay = await openRelay({
    place,
    forward: stored.forward,
    isState,
    patienceMs,
    async guard(request) {
      await keepState(await keptFile(spec), request.body, stored.held());
      unsent = { request, reason: unsent?.reason ?? silence };
      return async () => {
        unsent = undefined;
        await forgetKept(spec);
      };
    },
    async keep(request, reason) {
      await keepState(await keptFile(spec), request.body, stored.held());
      const before = unsent?.reason ?? silence;
      unsent = { request, reason: before === silence ? reason : before };
    },
    async taken() {
      unsent = undefined;
      await forgetKept(spec);
    },
    giveUp: () => giveUp.abort(),
  });
  const outcome = await settled(use({ spec: { ...spec, backendUrl: relay.url }, giveUp: giveUp.signal }));
  await relay.close();
  const left = unsent as Unsent | undefined;
  if (left !== undefined) {
    const problem = await deliver(spec, left, forward, { lastTryMs, signal });
    if (problem) throw problem;
  }
  if ("value" in outcome) return outcome.value;
  // An engine that was told to end by us failed of that.
  throw left !== undefined && giveUp.signal.aborted
    ? stateLate(spec, left.reason, outcome.error)
    : outcome.error;
}

type Outcome<T> = { value: T } | { error: unknown };

async function settled<T>(work: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work };
  } catch (error) {
    return { error };
  }
}

/** Whether a request's path is that of the stack's state, zipped or not. */
function isStateOf(spec: StackSpec, { prefix }: S3Place): (path: string) => boolean {
  const keys = stateKeys(spec).map((key) => `/${prefix}${key}`);
  return (path) => keys.includes(decodeURIComponent(path));
}

/**
 * Notes when the state was written that the bucket holds. After a write without an answer that may be the one before or the
 * one that was sent: then both are told.
 */
function watchStored(forward: Forward, isState: (path: string) => boolean) {
  let held: (string | undefined)[] = [];
  const watched: Forward = async (request, ended) => {
    const isWhole = isState(request.path) && request.headers["x-amz-copy-source"] === undefined;
    if (!isWhole || !["GET", "PUT"].includes(request.method)) return forward(request, ended);
    const sent = request.method === "PUT" ? writtenAt(request.body) : undefined;
    if (sent !== undefined) held = [...held, sent];
    const answer = await forward(request, ended);
    if (answer.status === 200) held = [sent ?? writtenAt(answer.body)];
    return answer;
  };
  return { forward: watched, held: () => held.filter((time) => time !== undefined) };
}

/** The last try to write what the bucket did not take, then the engine's lock, which it could not remove either. */
async function deliver(
  spec: StackSpec,
  { request, reason }: Unsent,
  forward: Forward,
  { lastTryMs, signal }: LastTry,
): Promise<MoorageError | undefined> {
  const deadline = performance.now() + lastTryMs;
  const isOver = () => signal?.aborted === true || performance.now() >= deadline;
  for (;;) {
    const answer = await withinBound((ended) => forward(request, ended), {
      boundMs: Math.max(pauseMs, deadline - performance.now()),
      signal,
      interrupted: { now: false, part: "state" },
      late: () => new Error(silence),
    }).catch(() => undefined);
    if (answer?.status === 200) break;
    const isRefused = answer !== undefined && !mayPass(answer);
    if (isRefused || isOver()) return stateKept(spec, await keptFile(spec), reason);
    await delay(pauseMs);
  }
  await forgetKept(spec);
  await withLocks(spec, (locks) => breakDeadLocks(locks), signal);
  return undefined;
}
