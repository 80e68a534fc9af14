import { z } from "zod";
import { newerFormat } from "../format.js";
import { moorageVersion } from "../version.js";

/** The newest form of a build's record that this copy knows. */
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

/** What was read of `where`. Raises `format-newer` (exit 4). */
export function parseBuild(where: string, value: unknown): BuildRecord | undefined {
  const { format, moorage } = (value ?? {}) as { format?: unknown; moorage?: unknown };
  if (typeof format === "number" && format > buildFormat) throw newerFormat(where, format, moorage);
  return shape.safeParse(value).data;
}
