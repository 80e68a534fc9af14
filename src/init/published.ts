import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../package-folder.js";

/** One of Moorage's own workflows. */
export interface PublishedWorkflow {
  /** `preview` of `preview.yml`. */
  name: string;
  text: string;
}

/** The workflows that come with this Moorage, sorted by name. */
export async function publishedWorkflows(): Promise<PublishedWorkflow[]> {
  const folder = join(packageFolder(), ".github", "workflows");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".yml")).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -".yml".length),
      text: await readFile(join(folder, file), "utf8"),
    })),
  );
}
