import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/sandbox.js";

/** The setups that are written so far; README.md tells what each has and what it waits for. */
export const setups = ["02", "03", "04", "06", "07", "08", "10", "12", "13", "15"] as const;
export type Setup = (typeof setups)[number];

export const folderOf = (setup: Setup): string => join(root, "test/range/setups", setup);

/** The configuration of its environment `dev` over the project's, as Pulumi has it. */
export function configurationOf(setup: Setup): Record<string, unknown> {
  const [project, dev] = ["Pulumi.yaml", "Pulumi.dev.yaml"].map(
    (name) =>
      (parse(readFileSync(join(folderOf(setup), name), "utf8")) as { config: Record<string, unknown> })
        .config,
  );
  const inherited = Object.entries(project ?? {}).map(([key, value]) => [key, valueOf(value)]);
  return { ...Object.fromEntries(inherited), ...dev };
}

function valueOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "value" in value ? value.value : value;
}

/** What its images are pushed to. */
export function repositoriesOf(setup: Setup): string[] {
  interface Built {
    repository?: string;
    sidecars?: Record<string, Built>;
  }
  const services = configurationOf(setup)["moorage:services"] as Record<string, Built>;
  const all = Object.values(services).flatMap((one) => [one, ...Object.values(one.sidecars ?? {})]);
  return [...new Set(all.flatMap(({ repository }) => repository ?? []))];
}
