import { pullRequestOf } from "../../core/project/preview-names.js";
import { isNewer } from "../../adapters/record/format.js";
import { isExpired } from "./expiry.js";

/** What is remembered of a stack, as far as a list of previews needs it. */
export interface Remembered {
  /** Set if it is unknown. */
  version?: number;
  stack: string;
  status: string;
  imageTag?: string;
  url?: string;
  createdAt: string;
  updatedAt: string;
  expiresAt?: string;
}

/** One row of `preview list`; its JSON form is stable. */
export interface PreviewRow {
  pr: number;
  stack: string;
  imageTag: string | null;
  url: string | null;
  createdAt: string;
  updatedAt: string;
  expiresAt: string | null;
  /** As recorded, or `expired`; `unknown` where a newer Moorage wrote the record, or it cannot be read. */
  status: string;
}

/** The previews among the stacks, by number. */
export function previewRows(
  records: readonly Remembered[],
  now: Date,
  unreadable: readonly string[] = [],
): PreviewRow[] {
  return [...records, ...unreadable.map(unknown)]
    .flatMap((record) => {
      const pr = pullRequestOf(record.stack);
      return pr === undefined ? [] : [row(pr, record, now)];
    })
    .sort((a, b) => a.pr - b.pr);
}

/** A record that is there, and of which nothing else is known. */
function unknown(stack: string): Remembered {
  const at = new Date(0).toISOString();
  return { stack, status: "unknown", createdAt: at, updatedAt: at };
}

function row(pr: number, record: Remembered, now: Date): PreviewRow {
  const expired = record.status === "ready" && isExpired(record.expiresAt, now);
  return {
    pr,
    stack: record.stack,
    imageTag: record.imageTag ?? null,
    url: record.url ?? null,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    expiresAt: record.expiresAt ?? null,
    status: isNewer({ version: record.version ?? 0 }) ? "unknown" : expired ? "expired" : record.status,
  };
}
