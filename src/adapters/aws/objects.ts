import type { S3Client } from "@aws-sdk/client-s3";
import { setTimeout as delay } from "node:timers/promises";
import type { Condition, Objects, StoredObject } from "../backend/objects.js";
import type { S3Place } from "../backend/s3-url.js";
import { bounds } from "../../core/bounds.js";
import { badRequest, platformFailure } from "../../core/errors.js";
import { withinBound } from "../../core/interruption.js";
import { classify, codeOf } from "./errors.js";
import { everyPage } from "./pages.js";
import { openS3 } from "./s3-client.js";
import { traceCalls } from "./trace-calls.js";
import type { Trace } from "../../core/trace.js";

const racingTries = 8;
const racingPauseMs = 40;

/** Milliseconds. */
interface ObjectBounds {
  /** The run's: a read ends with it, a write has the ending's time. */
  signal?: AbortSignal | undefined;
  /** One attempt; `bounds.bucketAttempt` unless given. */
  attemptMs?: number;
  /** Told each attempt. */
  trace?: Trace | undefined;
  /** An operation with all its attempts; `bounds.bucketCall` unless given. */
  callMs?: number;
}

/** The objects of a backend's bucket. Raises `no-such-bucket` (exit 2); else AWS errors classified. */
export async function openObjects(
  place: S3Place,
  { signal, trace, attemptMs, callMs = bounds.bucketCall }: ObjectBounds = {},
): Promise<Objects & { close(): void }> {
  const s3 = traceCalls(await openS3(place, attemptMs), "S3", trace);
  // What a run still has to write down once the bucket was silent has one attempt's time: it ends soon.
  let boundMs = callMs;
  const ask = async <Answer>(now: boolean, work: () => Promise<Answer>): Promise<Answer> => {
    const late = (ms: number) => {
      boundMs = Math.min(callMs, attemptMs ?? bounds.bucketAttempt);
      return silentBucket(place, ms);
    };
    try {
      const answer = await withinBound(work, { boundMs, signal, interrupted: { now, part: "record" }, late });
      boundMs = callMs;
      return answer;
    } catch (error) {
      return raise(place, error);
    }
  };
  return {
    read: (key) => ask(true, () => read(s3, place, key)),
    write: (key, body, condition) => ask(false, () => write(s3, place, key, body, condition)),
    remove: (key, etag) => ask(false, () => remove(s3, place, key, etag)),
    list: (prefix) => ask(true, () => list(s3, place, prefix)),
    close: () => s3.destroy(),
  };
}

async function read(s3: S3Client, { bucket }: S3Place, Key: string): Promise<StoredObject | undefined> {
  const { GetObjectCommand } = await import("@aws-sdk/client-s3");
  try {
    const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    return { body: (await Body?.transformToString()) ?? "", etag: ETag };
  } catch (error) {
    if (codeOf(error) === "NoSuchKey") return undefined;
    throw error;
  }
}

/** S3 API, PutObject: 412 tells that the condition does not hold, 404 that the object to match is gone. */
async function write(
  s3: S3Client,
  { bucket, encryption }: S3Place,
  Key: string,
  Body: string,
  condition: Condition,
): Promise<string | undefined> {
  const { PutObjectCommand } = await import("@aws-sdk/client-s3");
  const input = {
    Bucket: bucket,
    Key,
    Body,
    ContentType: "application/json",
    ...("absent" in condition ? { IfNoneMatch: "*" } : { IfMatch: condition.etag }),
    ...(encryption.type !== undefined && { ServerSideEncryption: encryption.type as "aws:kms" }),
    ...(encryption.keyId !== undefined && { SSEKMSKeyId: encryption.keyId }),
  };
  const answer = await conditionally(() => s3.send(new PutObjectCommand(input)));
  return answer === "lost" ? undefined : (answer.ETag ?? "");
}

async function remove(s3: S3Client, { bucket }: S3Place, Key: string, etag?: string): Promise<boolean> {
  const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
  const input = { Bucket: bucket, Key, ...(etag !== undefined && { IfMatch: etag }) };
  return (await conditionally(() => s3.send(new DeleteObjectCommand(input)))) !== "lost";
}

/** Only the 409 of a write that raced with ours is worth a repetition: then nobody has won yet. */
async function conditionally<Answer>(send: () => Promise<Answer>): Promise<Answer | "lost"> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const code = codeOf(error) ?? "";
      if (["PreconditionFailed", "NoSuchKey"].includes(code)) return "lost";
      if (code !== "ConditionalRequestConflict" || tries === racingTries) throw error;
      await delay(racingPauseMs * tries * (0.5 + Math.random()));
    }
  }
}

async function list(s3: S3Client, { bucket }: S3Place, Prefix: string): Promise<string[]> {
  const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const objects = await everyPage(
    (ContinuationToken) => s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix, ContinuationToken })),
    ({ Contents, NextContinuationToken }) => ({ items: Contents, next: NextContinuationToken }),
  );
  return objects.flatMap(({ Key }) => Key ?? []);
}

function silentBucket({ bucket }: S3Place, boundMs: number): Error {
  return platformFailure(
    "bucket-silent",
    `The backend's bucket ${bucket} did not answer within ${boundMs / 1_000} s.`,
    "Check the network and the backend's URL, then run the command again.",
  );
}

function raise({ bucket }: S3Place, error: unknown): never {
  if (codeOf(error) === "NoSuchBucket") {
    throw badRequest(
      "no-such-bucket",
      `The backend's bucket ${bucket} does not exist.`,
      "Correct the backend's URL, or create the bucket first (docs/configuration.md, State).",
      error,
    );
  }
  throw classify(error, `use the backend's bucket ${bucket}`);
}
