import { resolve } from "node:path";
import { bounds } from "../../core/bounds.js";
import { runGit } from "./git.js";

/** The GitHub repository that a folder's git calls its origin, as `acme/hello`; undefined where it is none. */
export async function originOf(folder: string): Promise<string | undefined> {
  return repositoryIn(await ask(folder, "config", "--get", "remote.origin.url"));
}

/** Where a folder is in its repository, `apps/shop`; empty at the top, and where there is no git. */
export async function placeInRepository(folder: string): Promise<string> {
  return (await ask(folder, "rev-parse", "--show-prefix")).replace(/\/$/, "");
}

/** The top of the repository that holds a folder; the folder itself where there is no git. */
export async function topOf(folder: string): Promise<string> {
  const place = await placeInRepository(folder);
  return resolve(folder, place === "" ? "." : "../".repeat(place.split("/").length));
}

/** Git's output; empty if it fails. */
async function ask(folder: string, ...args: string[]): Promise<string> {
  return (await runGit(folder, args, bounds.gitOrigin)).stdout.trim();
}

/** `https://host/acme/hello.git`, `git@host:acme/hello`, `ssh://git@host/acme/hello`: whatever host, GitHub's or a server's. */
export function repositoryIn(url: string): string | undefined {
  const [, owner, name] =
    /^(?:https?:\/\/|ssh:\/\/|[\w.-]+@)[^/:]*(?::[0-9]+)?[/:]([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(
      url,
    ) ?? [];
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}
