/** What an image says about itself, as far as its Dockerfile shows it. */
export interface DockerfileFacts {
  /** The first port that it exposes. */
  exposed: string | undefined;
  /** Whom its last stage runs as: undefined where it does not say, and is root unless its base says otherwise. */
  user: string | undefined;
}

/** Source: Dockerfile reference. `EXPOSE` and `USER` count in the last stage; a stage without its own has that of its base. */
export function readDockerfile(text: string): DockerfileFacts {
  const lines = text.replaceAll(/\\\r?\n/g, " ").split(/\r?\n/);
  let exposed: string | undefined;
  let user: string | undefined;
  const stages = new Map<string, DockerfileFacts>();
  let stage = "";
  for (const line of lines) {
    const [, base, name = ""] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (base !== undefined) {
      const from = stages.get(base.toLowerCase());
      stage = name.toLowerCase();
      [exposed, user] = [from?.exposed, from?.user];
    }
    exposed ??= /^\s*EXPOSE\s+([0-9]+)/i.exec(line)?.[1];
    user = /^\s*USER\s+(\S+)/i.exec(line)?.[1] ?? user;
    if (stage !== "") stages.set(stage, { exposed, user });
  }
  return { exposed, user };
}

/** Whether it says that it runs as somebody else than root. */
export function hasOwnUser({ user }: DockerfileFacts): boolean {
  return user !== undefined && !/^(root|0)(:|$)/.test(user) && !user.startsWith("$");
}
