import { setTimeout as delay } from "node:timers/promises";
import { bounds } from "../../core/bounds.js";
import { platformFailure } from "../../core/errors.js";
import type { RecordStore } from "./record.js";

/** How long a record that others change is written again, and pauses between two tries, in milliseconds. */
export interface Persistence {
  mostMs: number;
  pauseMs: number;
}

const persistence: Persistence = { mostMs: bounds.recordWrite, pauseMs: 50 };
const longestPauseMs = 1_000;

/** Attempts of one write that competes with other writers. */
export interface Tries {
  /** Waits until the next try. Raises `record-contended` (exit 1) when the bound is reached. */
  again(signal?: AbortSignal): Promise<void>;
  /** Restarts the time limit: another writer made progress. */
  restart(): void;
}

export function triesOf(stack: string, { mostMs, pauseMs }: Persistence = persistence): Tries {
  let startedAt = performance.now();
  let pause = pauseMs;
  return {
    async again(signal) {
      if (performance.now() - startedAt >= mostMs) throw contended(stack, mostMs);
      await delay(pause * (0.5 + Math.random()), undefined, { signal });
      pause = Math.min(pause * 1.5, longestPauseMs);
    },
    restart() {
      startedAt = performance.now();
      pause = pauseMs;
    },
  };
}

/** How often a store's writes are repeated; tests use shorter limits. */
export function persistenceOf({ persistence: own }: Pick<RecordStore, "persistence">): Persistence {
  return own ?? persistence;
}

function contended(stack: string, mostMs: number): Error {
  return platformFailure(
    "record-contended",
    `The record of ${stack} could not be written for ${String(Math.round(mostMs / 1000))} s: each write was refused because of another write.`,
    "Run the command again. If nobody else works on this stack, the store does not support conditional writes: an S3-compatible store must support If-Match and If-None-Match.",
  );
}
