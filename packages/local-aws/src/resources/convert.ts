import { AwsError } from "../cloud.js";
import { isObject, type Properties } from "../provider/values.js";

export function text(value: unknown): string {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function optionalText(value: unknown): string | undefined {
  return value === undefined ? undefined : text(value);
}

export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function object(value: unknown): Properties {
  return isObject(value) ? value : {};
}

/** `{ targetGroupArn }` as `{ TargetGroupArn }`, in depth: Pulumi's names as the Query services' names. */
export function pascal(value: unknown): unknown {
  return renamed(value, (key) => key.charAt(0).toUpperCase() + key.slice(1));
}

export function camel(value: unknown): unknown {
  return renamed(value, (key) => key.charAt(0).toLowerCase() + key.slice(1));
}

function renamed(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, rename));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [rename(key), renamed(item, rename)]));
}

/** Pulumi's tag map as ECS's, and as ELBv2's, ECR's and SSM's lists. */
export function lowerTags(tags: unknown): { key: string; value: string }[] {
  return Object.entries(object(tags)).map(([key, value]) => ({ key, value: text(value) }));
}

export function upperTags(tags: unknown): { Key: string; Value: string }[] {
  return lowerTags(tags).map(({ key, value }) => ({ Key: key, Value: value }));
}

/** Either list back as a map; undefined when there are none, as in a program that sets none. */
export function tagMap(
  tags: readonly { key?: string; value?: string; Key?: string; Value?: string }[] | undefined,
): Record<string, string> | undefined {
  const entries = (tags ?? []).map((tag) => [tag.key ?? tag.Key ?? "", tag.value ?? tag.Value ?? ""]);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Record<string, string>);
}

/** How one service changes the tags of what exists. */
export interface Tagging {
  remove: (keys: string[]) => Promise<unknown>;
  add: (tags: Properties) => Promise<unknown>;
}

/**
 * Sends the difference: first the keys that are gone, then the tags that are new or have another value. Source:
 * terraform-provider-aws, the generated `updateTags` of each service (`oldTags.Removed`, `oldTags.Updated`).
 */
export async function changeTags(olds: unknown, news: unknown, { remove, add }: Tagging): Promise<void> {
  const [before, after] = [object(olds), object(news)];
  const gone = Object.keys(before).filter((key) => !(key in after));
  const updated = Object.entries(after).filter(([key, value]) => before[key] !== value);
  if (gone.length > 0) await remove(gone);
  if (updated.length > 0) await add(Object.fromEntries(updated));
}

/** The answer, or undefined when AWS says that it does not exist. */
export async function unlessGone<Output>(
  call: Promise<Output>,
  ...codes: readonly string[]
): Promise<Output | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof AwsError && codes.includes(error.code)) return undefined;
    throw error;
  }
}
