import type { Project, StackFile } from "./config/project.js";
import type { Config } from "./config/schema.js";
import type { Place } from "./context.js";

/** Where a stack lives: the account of its registry, the region of its configuration. */
export function placeOf(project: Project, file: StackFile, { registry }: Config): Place {
  const [, account, region] = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\./.exec(registry ?? "") ?? [];
  const configured = file.config["aws:region"];
  return {
    project: project.name,
    site: {
      account: account ?? "111111111111",
      region: typeof configured === "string" ? configured : (region ?? "us-east-1"),
    },
    backendUrl: project.backendUrl,
  };
}
