import { job } from "../../../../core/project/job-schema.js";
import { service } from "../../../../core/project/service-schema.js";
import type { Left, Settings } from "./imported.js";

/**
 * The settings without those that Moorage refuses, which are said. `where` is what they were read from. A name that a reader does not know
 * is a mistake of ours, and is left as well.
 */
export function settle(kind: "service" | "job", settings: Settings, where: string, left: Left[]): Settings {
  const schema = kind === "service" ? service : job;
  const kept = { ...settings };
  // Which repository it is in is said later.
  const isBuilt =
    settings["image"] === undefined &&
    settings["service"] === undefined &&
    settings["repository"] === undefined;
  // Each round takes away what is wrong by itself; what several settings must agree on shows after that.
  for (let round = 0; round < 20; round += 1) {
    const parsed = schema.safeParse({ ...kept, ...(isBuilt && { repository: "x" }) });
    if (parsed.success) return kept;
    const [issue] = parsed.error.issues;
    const [key] = issue?.path ?? [];
    const name = typeof key === "string" && key in kept ? key : undefined;
    if (name === undefined || issue === undefined) return kept;
    left.push({ where, what: [...issue.path].join("."), why: `it ${issue.message}` });
    Reflect.deleteProperty(kept, name);
  }
  return kept;
}
