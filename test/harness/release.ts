import { join } from "node:path";
import { fileRecords } from "../../src/adapters/record/file.js";
import { type Deployment, newRecord } from "../../src/adapters/record/record.js";
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

/** Records good deployments of the project's one service, by tag, without the minutes that they take. */
export async function recordGood(
  sandbox: Sandbox,
  stack: string,
  releases: Record<string, string>,
  also: Pick<Deployment, "despite"> = {},
): Promise<void> {
  for (const [tag, web] of Object.entries(releases))
    await recordRelease(sandbox, stack, tag, { web }, "hello", {}, also);
}

/** Writes into the stack's record what a good deployment of these digests leaves there. */
export async function recordRelease(
  { home }: Pick<Sandbox, "home">,
  stack: string,
  imageTag: string,
  digests: Record<string, string>,
  project = "hello",
  /** Tags by service, of those that a partial deployment left out. */
  imageTags: Record<string, string> = {},
  also: Pick<Deployment, "despite"> = {},
): Promise<void> {
  const records = fileRecords(join(home, "pulumi", ".moorage", project));
  const known = await records.read(stack);
  const now = new Date();
  const at = now.toISOString();
  const ended = { result: "succeeded" as const, good: true, startedAt: at, endedAt: at, by: "test", ...also };
  const record = known?.record ?? newRecord(project, stack, now);
  const history = [...record.history, { imageTag, imageTags, digests, ...ended }];
  await records.write({ ...record, history }, known?.version ?? 0);
}
