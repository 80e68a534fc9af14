import { expect } from "vitest";
import type { Team } from "./team.js";

const registry = (account: string) => `${account}.dkr.ecr.us-east-1.amazonaws.com`;

/** What `init` cannot see of a sample, and would ask. */
export const usual = [
  ...["--domain", "example.com", "--zone", "Z0123456789ABC"],
  ...["--registry", registry("111111111111"), "--unreviewed", "staging"],
];

/** The same, where prod has an account of its own. */
export const apart = [
  ...["--domain", "example.com", "--zone", "Z0123456789ABC", "--unreviewed", "staging"],
  ...["--registry", registry("111111111111"), `prod=${registry("333333333333")}`],
];

interface Journey {
  /** The app's folder, from the repository's top. */
  place?: string;
  /** Writes the second version. */
  change: () => void;
  /** By path below the address, what a version says of itself: its first group is `one` or `two`. */
  says: Readonly<Record<string, RegExp>>;
  /** Builds and pushes the images, where that is done in another repository; gives their tag. */
  build?: () => Promise<string>;
  /** The repository that the images' commits are in, where that is another one. */
  source?: string;
  /** What its releases are called, before the number. */
  prefix?: string;
  foundation?: string;
}

interface Deployed {
  url: string;
}

/** From the foundation to a rollback, as a team goes it on the local target. */
export async function journey(
  team: Team,
  { place = ".", change, says, prefix = "", foundation, build = () => built(team, place), source }: Journey,
): Promise<void> {
  const moorage = (...args: string[]) => team.json<Deployed>(...args, "--cwd", place);
  const answers = async (url: string, version: string) => {
    for (const [path, pattern] of Object.entries(says))
      expect(pattern.exec(await team.answer(url, path))?.[1], `${url}${path}`).toBe(version);
  };
  const promote = (...args: string[]) =>
    moorage("promote", ...args, ...(source === undefined ? [] : ["--source", source]));
  await team.commit("Moorage");
  if (foundation !== undefined) await moorage("infra", "up", foundation);
  const first = await build();
  const preview = await moorage("preview", "up", "--pr", "7", "--tag", first);
  await answers(preview.url, "one");
  await answers((await moorage("deploy", "dev", "--tag", first)).url, "one");
  const release = `${prefix}v1.0.0`;
  await promote("--from", "dev", "--to", "staging", "--tag", first, "--as", release);
  await answers((await moorage("deploy", "staging", "--tag", release)).url, "one");
  await promote("--from", "staging", "--to", "prod", "--tag", release);
  const prod = await moorage("deploy", "prod", "--tag", release);
  await answers(prod.url, "one");

  change();
  await team.commit("The second version");
  const second = await build();
  const next = `${prefix}v1.1.0`;
  await answers((await moorage("deploy", "dev", "--tag", second)).url, "two");
  await promote("--from", "dev", "--to", "staging", "--tag", second, "--as", next);
  await moorage("deploy", "staging", "--tag", next);
  await promote("--from", "staging", "--to", "prod", "--tag", next);
  await answers((await moorage("deploy", "prod", "--tag", next)).url, "two");
  await answers((await moorage("rollback", "prod")).url, "one");
  await moorage("preview", "destroy", "--pr", "7");
}

async function built(team: Team, place: string): Promise<string> {
  const { tag } = await team.json<{ tag: string }>("build", "--push", "--cwd", place);
  return tag;
}
