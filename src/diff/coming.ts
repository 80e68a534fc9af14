import type { Context } from "../context.js";
import { MoorageError } from "../errors.js";
import type { NamedStack } from "../named-stack.js";
import { commitsSince } from "../source/commits-since.js";
import { type Planned, planOf } from "./plan.js";

/** A version that somebody is about to be asked about, and what is known of it before it is promoted. */
export interface Coming {
  tag: string;
  /** Null for a stack that was never deployed. */
  deployedTag: string | null;
  /** By service, as the environment before it ran them; empty where it did not. */
  digests: Record<string, string>;
  /** Undefined where git does not know both versions. */
  commits: string[] | undefined;
  /** Of the version where its image is there already, else of what is deployed now; undefined for a first deployment. */
  planned: Planned | undefined;
}

/** Changes nothing, and reads nothing but what the role to plan may: a first deployment is not planned, but said. */
export async function comingOf(
  context: Context,
  named: NamedStack,
  { tag, from, folder }: { tag: string; from: string | undefined; folder: string },
): Promise<Coming> {
  const record = (await context.records.read(named.stack))?.record;
  const deployedTag = record?.deployed?.imageTag ?? null;
  const [digests, commits] = await Promise.all([
    digestsOf(context, from ?? named.stack, tag),
    deployedTag === null ? undefined : commitsSince(folder, deployedTag, tag),
  ]);
  const planned = record?.exists ? await planWith(context, named, tag) : undefined;
  return { tag, deployedTag, digests, commits, planned };
}

async function digestsOf({ records }: Context, stack: string, tag: string): Promise<Record<string, string>> {
  const history = (await records.read(stack))?.record.history ?? [];
  return history.findLast(({ imageTag, good }) => good && imageTag === tag)?.digests ?? {};
}

/** Before it is promoted its image is not there: then what changes besides is planned with the images of now. */
async function planWith(context: Context, named: NamedStack, tag: string): Promise<Planned> {
  try {
    return await planOf(context, named, tag);
  } catch (error) {
    if (error instanceof MoorageError && error.code === "tag-not-found")
      return planOf(context, named, undefined);
    throw error;
  }
}
