import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { type DockerfileFacts, readDockerfile } from "../dockerfile.js";
import { interpolated, variablePairs } from "./compose-values.js";
import type { Fields } from "./fields.js";
import { isSecretLike } from "./words.js";

/** How an image is built; its context is relative to the app's folder. */
export interface ComposeBuild {
  context: string;
  dockerfile: string;
  target?: string | undefined;
  args?: Record<string, string>;
}

export function composeBuildOf(fields: Fields, base: string): ComposeBuild | undefined {
  const given = fields.take("build");
  if (given === undefined) return undefined;
  const within = (context: string) => posix.normalize(posix.join(base, context)).replace(/(.)\/$/, "$1");
  if (typeof given === "string") return { context: within(given), dockerfile: "Dockerfile" };
  const own = fields.below("build");
  const args: Record<string, string> = {};
  for (const [name, value] of variablePairs(own.take("args"))) {
    const text = value === undefined ? undefined : interpolated(value);
    if (text === undefined) own.say(["args", name], "it has no value of its own: set it in `build.args`");
    else if (isSecretLike(name, text))
      own.say(["args", name], "a secret does not belong in an argument: `build.secrets`");
    else args[name] = text;
  }
  const build = {
    context: within(own.text("context") ?? "."),
    dockerfile: own.text("dockerfile") ?? "Dockerfile",
    target: own.text("target"),
    args,
  };
  own.leave("secrets", "name them in `build.secrets`");
  own.leave("cache_from", "`build.cache: registry` keeps layers");
  own.finish();
  return build;
}

/** What its Dockerfile says; undefined where there is none. */
export async function builtFrom(
  folder: string,
  { context, dockerfile }: ComposeBuild,
): Promise<DockerfileFacts | undefined> {
  const file = join(folder, context, dockerfile);
  const isFile = await stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
  return isFile ? readDockerfile(await readFile(file, "utf8")) : undefined;
}
