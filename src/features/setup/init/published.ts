import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../../../core/own-modules.js";
import type { Bundle } from "../install/bundle.js";

/** One of Moorage's own workflows. */
export interface PublishedWorkflow {
  /** `preview` of `preview.yml`. */
  name: string;
  text: string;
}

const place = ".github/workflows/";
const ending = ".yml";

/** The workflows that come with this Moorage, sorted by name. */
export async function publishedWorkflows(): Promise<PublishedWorkflow[]> {
  const folder = join(packageFolder(), place);
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending)).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -ending.length),
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
}

/** Those of a packed Moorage. */
export function workflowsIn({ files }: Bundle): PublishedWorkflow[] {
  return files
    .filter(({ path }) => path.startsWith(place) && path.endsWith(ending))
    .map(({ path, content }) => ({
      name: path.slice(place.length, -ending.length),
      text: content.toString("utf8"),
    }));
}
