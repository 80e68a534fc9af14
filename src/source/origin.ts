import { execFile } from "node:child_process";

const timeoutMs = 10_000;

/** The GitHub repository that a folder's git calls its origin, as `acme/hello`; undefined where it is none. */
export function originOf(folder: string): Promise<string | undefined> {
  const args = ["config", "--get", "remote.origin.url"];
  return new Promise((resolve) => {
    execFile("git", args, { cwd: folder, timeout: timeoutMs }, (_error, stdout) => {
      resolve(repositoryIn(stdout.trim()));
    });
  });
}

/** `https://host/acme/hello.git`, `git@host:acme/hello`, `ssh://git@host/acme/hello`: whatever host, GitHub's or a server's. */
export function repositoryIn(url: string): string | undefined {
  const [, owner, name] =
    /^(?:https?:\/\/|ssh:\/\/|[\w.-]+@)[^/:]*(?::[0-9]+)?[/:]([A-Za-z0-9-]+)\/([A-Za-z0-9._-]+?)(?:\.git)?\/?$/.exec(
      url,
    ) ?? [];
  return owner === undefined || name === undefined ? undefined : `${owner}/${name}`;
}
