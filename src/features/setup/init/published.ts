import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../../../core/own-modules.js";
import { forEnterpriseServer } from "./enterprise-server.js";
import type { Bundle } from "../install/bundle.js";

/** One of Moorage's own workflows. */
export interface PublishedWorkflow {
  /** `preview` of `preview.yml`. */
  name: string;
  text: string;
}

const place = ".github/workflows/";
const ending = ".yml";

/** GitHub is where `GITHUB_SERVER_URL` says; github.com and ghe.com have what the workflows need. */
function forServer(text: string, env: NodeJS.ProcessEnv): string {
  const { hostname } = new URL(env["GITHUB_SERVER_URL"] || "https://github.com");
  return /^(.+\.)?(github\.com|ghe\.com)$/.test(hostname) ? text : forEnterpriseServer(text);
}

/** The workflows that come with this Moorage, sorted by name. */
export async function publishedWorkflows(env: NodeJS.ProcessEnv = {}): Promise<PublishedWorkflow[]> {
  const folder = join(packageFolder(), place);
  const files = (await readdir(folder)).filter((file) => file.endsWith(ending)).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -ending.length),
      text: forServer(await readFile(join(folder, file), "utf8"), env),
    })),
  );
}

/** Those of a packed Moorage. */
export function workflowsIn({ files }: Bundle, env: NodeJS.ProcessEnv = {}): PublishedWorkflow[] {
  return files
    .filter(({ path }) => path.startsWith(place) && path.endsWith(ending))
    .map(({ path, content }) => ({
      name: path.slice(place.length, -ending.length),
      text: forServer(content.toString("utf8"), env),
    }));
}
