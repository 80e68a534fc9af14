import { parseConfig } from "../core/project/parse.js";
import { withStackNames } from "../core/project/placeholder-names.js";
import { tuneForPreview } from "../core/project/preview.js";
import { placeInRepository } from "../adapters/git/origin.js";
import { declaredPaths } from "../core/project/source-paths.js";
import type { Project, StackFile } from "../core/project/project.js";
import { readProject, readStackFile } from "../core/project/project.js";
import type { Config } from "../core/project/schema.js";
import { parsePr } from "../core/project/stack.js";
import type { Place } from "./context.js";
import { partsOf, type TouchPaths } from "./touch-paths.js";
import { placeOf } from "./location.js";
import { inheritedFrom } from "./preview-inherited.js";
import { previewStack } from "../core/project/preview-names.js";
import type { StackSettings } from "./stack-settings.js";

export interface PreviewStack {
  pr: number;
  stack: string;
  place: Place;
  request: StackSettings;
  /** `secure:` values of its base environment that it does not inherit. */
  omitted: string[];
  /** What of the repository is the app's, and its services'; undefined where everything is. */
  paths: TouchPaths | undefined;
}

/** What the project's files say about the preview of a pull request, all of it checked before anything acts. */
export async function readPreview(folder: string, prText: string): Promise<PreviewStack> {
  const pr = parsePr(prText);
  const stack = previewStack(pr);
  const { project, base, config } = await readBase(folder, stack);
  const { raw, settings, omitted } = inheritedFrom(base, { project: project.name, stack });
  const request = {
    stack,
    config: tuneForPreview(config),
    raw,
    settings,
    ttlMs: config.preview.ttl,
  };
  return {
    pr,
    stack,
    place: placeOf(project, base, config),
    request,
    omitted,
    paths: await pathsOf(folder, config),
  };
}

async function pathsOf(folder: string, config: Config): Promise<TouchPaths | undefined> {
  const patterns = declaredPaths(config);
  const isPartial = config.preview.build === "touched";
  if (patterns === undefined && !isPartial) return undefined;
  const place = await placeInRepository(folder);
  return {
    ...(patterns && { app: { patterns, place } }),
    ...(isPartial && { parts: await partsOf(folder, place, config) }),
  };
}

/** Where a project's previews live: their base environment's account and region, and its configuration. */
export async function readPreviewBase(folder: string): Promise<{
  place: Place;
  config: Config;
  paths: TouchPaths | undefined;
}> {
  const { project, base, config } = await readBase(folder);
  return { place: placeOf(project, base, config), config, paths: await pathsOf(folder, config) };
}

/** The account and region alone. */
export async function readPreviewPlace(folder: string): Promise<Place> {
  return (await readPreviewBase(folder)).place;
}

/** `stack`: the preview that is asked about, where it is one. */
async function readBase(
  folder: string,
  stack?: string,
): Promise<{ project: Project; base: StackFile; config: Config }> {
  const project = await readProject(folder);
  const name = baseName(project);
  const base = await readStackFile(project, name);
  return {
    project,
    base,
    config: parseConfig(withStackNames(base.config, stack ?? name), base.source, base),
  };
}

/** `moorage:preview.base` of the project's defaults; dev unless it says otherwise. */
function baseName({ defaults }: Project): string {
  const preview = defaults["moorage:preview"];
  const base =
    typeof preview === "object" && preview !== null && "base" in preview ? preview.base : undefined;
  return typeof base === "string" ? base : "dev";
}
