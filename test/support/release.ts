import { join } from "node:path";
import { fileRecords } from "../../src/record/file.js";
import { newRecord } from "../../src/record/record.js";
import type { Sandbox } from "./sandbox.js";

/** The stable JSON of `build` and `promote`, as other programs read it. */
export interface BuildJson {
  tag: string;
  services: { name: string; image: string; digest: string; built: boolean; pushed: boolean }[];
}

export interface PromoteJson {
  from: string;
  to: string;
  tag: string;
  as: string;
  services: { name: string; digest: string; source: string; target: string; copied: boolean }[];
}

/** Writes a record as a good deployment leaves it, without the minutes that one takes. */
export async function recordGood(
  sandbox: Sandbox,
  stack: string,
  releases: Record<string, string>,
): Promise<void> {
  const records = fileRecords(join(sandbox.home, "pulumi", ".moorage", "hello"));
  const known = await records.read(stack);
  const now = new Date();
  const at = now.toISOString();
  const added = Object.entries(releases).map(([imageTag, web]) => {
    const ended = { result: "succeeded" as const, good: true, startedAt: at, endedAt: at, by: "test" };
    return { imageTag, digests: { web }, ...ended };
  });
  const record = known?.record ?? newRecord("hello", stack, now);
  await records.write({ ...record, history: [...record.history, ...added] }, known?.version ?? 0);
}
