import { z } from "zod";
import { type MoorageError, platformFailure } from "../../../core/errors.js";
import { newerFormat } from "../../../core/format.js";
import { moorageVersion } from "../../../core/version.js";

/** The newest format of a build's record that this version knows. */
export const buildFormat = 1;

const shape = z.object({
  format: z.number(),
  /** The version of Moorage that wrote it. */
  moorage: z.string(),
  /** The commit's tag: `sha-0123456789ab`. */
  tag: z.string(),
  commit: z.string().optional(),
  digest: z.string(),
  repository: z.string(),
  /** ISO 8601. */
  at: z.string(),
  by: z.string(),
  /** The workflow run's URL, in a GitHub run. */
  run: z.string().optional(),
  /** `refs/heads/main` */
  ref: z.string().optional(),
});

/** That a build made these bytes under a commit's tag: written where no pull request can write. */
export type BuildRecord = z.infer<typeof shape>;

/** The builds of a project, by tag. */
export interface BuildStore {
  /** Those of a tag, in no order. Raises `format-newer` (exit 4) for one that a newer Moorage wrote. */
  of(tag: string): Promise<BuildRecord[]>;
  /** Adding one that is there changes nothing. */
  add(record: BuildRecord): Promise<void>;
}

export function newBuild(build: Omit<BuildRecord, "format" | "moorage">): BuildRecord {
  return { format: buildFormat, moorage: moorageVersion(), ...build };
}

/** What was read of `where`. Raises `format-newer` (exit 4) and `build-unreadable` (exit 1): what is damaged proves nothing. */
export function parseBuild(where: string, value: unknown): BuildRecord {
  const { format, moorage } = (value ?? {}) as { format?: unknown; moorage?: unknown };
  if (typeof format === "number" && format > buildFormat) throw newerFormat(where, format, moorage);
  const { data, error } = shape.safeParse(value);
  if (data === undefined) throw unreadable(where, error);
  return data;
}

/** Parses the text of a file or an object as the record of a build. */
export function parseBuildText(where: string, text: string): BuildRecord {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(where, error);
  }
  return parseBuild(where, value);
}

function unreadable(where: string, error: unknown): MoorageError {
  return platformFailure(
    "build-unreadable",
    `${where} cannot be read as the record of a build.`,
    "Restore it, or remove it and build the commit again.",
    error,
  );
}
