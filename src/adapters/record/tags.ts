import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import type { Tags } from "../backend/cloud.js";
import { platformFailure } from "../../core/errors.js";
import { keptReleases, neededForRollback, withoutOldest, withShortTexts } from "./history.js";
import { checkRecord } from "./readable.js";
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

/** A rollback goes at least to the release before the one that runs. */
const fewestReleases = 2;
/** Characters of a reason that are kept where there is no room for more. */
const shortText = 200;

/**
 * A record as tags: compressed, in pieces. One that is too long loses what is missed least: the ends of long reasons,
 * then the oldest deployments that no rollback needs, then which commands people ran, then the configuration that a rollback deploys (today's takes its place).
 * The last releases that ran well stay; only where even they do not fit, fewer of them do.
 */
export function toTags({ record, version }: Versioned): Tags {
  const history = record.history.map((one) => withShortTexts(one));
  let pieces = piecesOf({ ...record, history });
  for (const shorter of shorterForms(record)) {
    if (pieces.length <= mostPieces) break;
    pieces = piecesOf(shorter);
  }
  return asTags(version, pieces);
}

/** Ever shorter forms of a record, in the order in which they are tried. */
function* shorterForms(record: StackRecord): Generator<StackRecord> {
  let kept = record;
  yield (kept = { ...kept, history: kept.history.map((one) => withShortTexts(one, shortText)) });
  for (const shorter of shorterHistories(kept.history, keptReleases)) {
    yield (kept = { ...kept, history: shorter });
  }
  const { commands: _commands, ...without } = kept;
  yield (kept = without);
  const { goodConfig: _config, goodSettings: _settings, ...rest } = kept;
  yield (kept = rest);
  for (let most = neededForRollback(kept.history).length - 1; most >= fewestReleases; most--) {
    for (const shorter of shorterHistories(kept.history, most)) yield (kept = { ...kept, history: shorter });
  }
}

function* shorterHistories(history: StackRecord["history"], most: number): Generator<StackRecord["history"]> {
  for (let kept = withoutOldest(history, most); kept !== undefined; kept = withoutOldest(kept, most))
    yield kept;
}

function piecesOf(record: StackRecord): string[] {
  const text = brotliCompressSync(JSON.stringify(record)).toString("base64");
  return text.match(new RegExp(`.{1,${valueSize}}`, "g")) ?? [];
}

function asTags(version: number, pieces: readonly string[]): Tags {
  const named = pieces.map((piece, index) => [`${versionName}.${index}`, piece]);
  return { [versionName]: String(version), ...Object.fromEntries(named) };
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
    return { record: checkRecord(JSON.parse(text)), version };
  } catch (error) {
    throw platformFailure(
      "record-unreadable",
      `The record in the tags of ${stack} cannot be read: ${(error as Error).message}`,
      `Remove the stack's tags that begin with ${prefix}: the next deployment creates a new record, without history.`,
      error,
    );
  }
}

/** The tag that a writer of a version has to make first; the next turn's where the one before was abandoned. */
export function claimName(version: number, turn = 0): string {
  return `${prefix}claim.${version}${turn === 0 ? "" : `.${turn}`}`;
}
