import type { DescribeTagsCommandOutput } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Properties } from "../../../provider/values.js";
import type { Scope } from "../../../resources/resource.js";
import { changeTags, tagMap, text, upperTags } from "../../../resources/convert.js";

/** Pulumi's property -> ELBv2's attribute key. */
export type AttributeNames = Readonly<Record<string, string>>;

export interface Attribute {
  Key?: string;
  Value?: string;
}

/** The attributes that the program sets; ELBv2 takes every value as text. */
export function attributesOf(inputs: Properties, names: AttributeNames): Attribute[] {
  return Object.entries(names)
    .filter(([property]) => inputs[property] !== undefined)
    .map(([property, Key]) => ({ Key, Value: String(inputs[property]) }));
}

export function attributesFrom(
  attributes: readonly Attribute[] | undefined,
  names: AttributeNames,
): Properties {
  const values = new Map((attributes ?? []).map(({ Key, Value }) => [Key, Value]));
  const found = Object.entries(names).filter(([, key]) => values.has(key));
  return Object.fromEntries(found.map(([property, key]) => [property, typed(values.get(key))]));
}

function typed(value: string | undefined): string | number | boolean | undefined {
  if (value === "true" || value === "false") return value === "true";
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : value;
}

export async function readTags(arn: string, scope: Scope): Promise<Record<string, string> | undefined> {
  const answer = await scope.call<DescribeTagsCommandOutput>("elbv2", "DescribeTags", {
    ResourceArns: [arn],
  });
  return tagMap(answer.TagDescriptions?.[0]?.Tags);
}

export async function updateTags(arn: string, news: unknown, olds: unknown, scope: Scope): Promise<void> {
  const ResourceArns = [arn];
  await changeTags(olds, news, {
    remove: (TagKeys) => scope.call("elbv2", "RemoveTags", { ResourceArns, TagKeys }),
    add: (tags) => scope.call("elbv2", "AddTags", { ResourceArns, Tags: upperTags(tags) }),
  });
}

/** The load balancer and listener ids in an ARN end it: `.../app/name/50dc6c495c0c9188`. */
export function arnSuffix(arn: unknown): string {
  return text(arn).split(":").at(-1) ?? "";
}
