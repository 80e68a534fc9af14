import { z } from "zod";
import { matchesPattern } from "./trigger-rules.js";
import { textMatching } from "./values.js";

/** `moorage:paths`, and `paths` of a service: from the repository's top, as GitHub's own path filters. */
export const pathPatterns = z
  .array(
    textMatching(
      /^!?[A-Za-z0-9._*@+-][A-Za-z0-9._*@+/ -]{0,255}$/,
      "a pattern of files such as apps/api/**, from the repository's top",
    ),
    { error: "must be a list of patterns such as apps/api/**" },
  )
  .min(1, { error: "must name at least one pattern" });

/** What an app is made of, as its configuration says; undefined where that is everything. */
export interface AppPaths {
  patterns: readonly string[];
  /** The folder of its Pulumi.yaml, from the repository's top; empty at the top. */
  place: string;
}

interface Declared {
  paths?: readonly string[] | undefined;
  services?: Readonly<Record<string, { paths?: readonly string[] | undefined }>> | undefined;
}

/** The patterns of an app: its own and its services'. Without its own, a service that names none stands for everything. */
export function declaredPaths({ paths, services = {} }: Declared): string[] | undefined {
  const each = Object.values(services).map((service) => service.paths);
  if (paths === undefined && (each.length === 0 || each.includes(undefined))) return undefined;
  return [...(paths ?? []), ...each.flatMap((own) => own ?? [])];
}

/** Whether one of the files is the app's; its configuration always is. Of several patterns that match, the last one counts. */
export function touches(files: readonly string[], { patterns, place }: AppPaths): boolean {
  return files.some((file) => isConfiguration(file, place) || isAmong(file, patterns));
}

function isAmong(file: string, patterns: readonly string[]): boolean {
  const last = patterns.findLast((pattern) => matchesPattern(file, pattern.replace(/^!/, "")));
  return last !== undefined && !last.startsWith("!");
}

function isConfiguration(file: string, place: string): boolean {
  const below = place === "" ? "" : `${place}/`;
  if (!file.startsWith(below)) return false;
  return /^(Pulumi(\.[^/]+)?\.yaml|moorage\.ts)$/.test(file.slice(below.length).replace(/^config\//, ""));
}
