import type { Context } from "../../../context/context.js";
import { hasCode } from "../../../core/errors.js";
import type { NamedStack } from "../../../context/named-stack.js";
import { commitsSince } from "../../../adapters/git/commits-since.js";
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
  /** Of the version where its image is there already, else of what is deployed now; undefined where there is neither. */
  planned: Planned | undefined;
}

/** Changes nothing, and reads nothing but what the role to plan may. */
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
  const planned = await planWith(context, named, tag, deployedTag);
  return { tag, deployedTag, digests, commits, planned };
}

async function digestsOf({ records }: Context, stack: string, tag: string): Promise<Record<string, string>> {
  const history = (await records.read(stack))?.record.history ?? [];
  return history.findLast(({ imageTag, good }) => good && imageTag === tag)?.digests ?? {};
}

/** Before it is promoted its image is not there: then what changes besides is planned with the images of now. */
async function planWith(
  context: Context,
  named: NamedStack,
  tag: string,
  deployedTag: string | null,
): Promise<Planned | undefined> {
  try {
    return await planOf(context, named, tag);
  } catch (error) {
    if (!hasCode(error, "tag-not-found", "repository-not-found")) throw error;
    return deployedTag === null ? undefined : planOf(context, named, undefined);
  }
}
