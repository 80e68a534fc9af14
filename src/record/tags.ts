import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import type { Tags } from "../backend/cloud.js";
import { platformFailure } from "../errors.js";
import { lastGood } from "./history.js";
import type { StackRecord, Versioned } from "./record.js";

/** Of a tag's value in Pulumi Cloud, in characters (pulumi: pkg/util/validation, ValidateStackTags). Names: 40. */
const valueSize = 256;
/** How many tags a record may take, so that the stack's own page can still be read. */
const mostPieces = 48;
const prefix = "moorage:";
const versionName = `${prefix}record`;

/** Whether a tag is part of a record, or of the writing of one. */
export function isRecordTag(name: string): boolean {
  return name.startsWith(prefix);
}

/** The version of the record in a stack's tags; 0 without one. */
export function versionIn(tags: Tags): number {
  return Number(tags[versionName] ?? 0);
}

/**
 * A record as tags: compressed, in pieces. One that is too long loses its oldest deployments, never the newest good one: a
 * rollback needs that.
 */
export function toTags({ record, version }: Versioned): Tags {
  let kept = record;
  for (;;) {
    const text = brotliCompressSync(JSON.stringify(kept)).toString("base64");
    const pieces = text.match(new RegExp(`.{1,${valueSize}}`, "g")) ?? [];
    if (pieces.length <= mostPieces || kept.history.length <= 1) return asTags(version, pieces);
    kept = { ...kept, history: withoutOldest(kept.history) };
  }
}

function asTags(version: number, pieces: readonly string[]): Tags {
  const named = pieces.map((piece, index) => [`${versionName}.${index}`, piece]);
  return { [versionName]: String(version), ...Object.fromEntries(named) };
}

function withoutOldest(history: StackRecord["history"]): StackRecord["history"] {
  const good = lastGood(history);
  const oldest = history.findIndex((deployment) => deployment !== good);
  return history.filter((_, index) => index !== oldest);
}

/** The record in a stack's tags; undefined without one. Raises `record-unreadable` (exit 1). */
export function fromTags(stack: string, tags: Tags): Versioned | undefined {
  const version = versionIn(tags);
  if (version === 0) return undefined;
  const pieces: string[] = [];
  for (let index = 0; tags[`${versionName}.${index}`] !== undefined; index++) {
    pieces.push(tags[`${versionName}.${index}`] ?? "");
  }
  try {
    const text = brotliDecompressSync(Buffer.from(pieces.join(""), "base64")).toString();
    return { record: JSON.parse(text) as StackRecord, version };
  } catch (error) {
    throw platformFailure(
      "record-unreadable",
      `The record in the tags of ${stack} cannot be read: ${(error as Error).message}`,
      `Remove the stack's tags that begin with ${prefix}: the next deployment makes a new record (its history is then gone).`,
      error,
    );
  }
}

/** The tag that a writer of a version has to make first. */
export function claimName(version: number): string {
  return `${prefix}claim.${version}`;
}
