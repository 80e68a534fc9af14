import type { Scope } from "../../../resources/resource.js";
import { changeTags, lowerTags } from "../../../resources/convert.js";

/** Changes the tags of a cluster, a service or a task definition. */
export function changeEcsTags(
  resourceArn: string,
  olds: unknown,
  news: unknown,
  scope: Scope,
): Promise<void> {
  return changeTags(olds, news, {
    remove: (tagKeys) => scope.call("ecs", "UntagResource", { resourceArn, tagKeys }),
    add: (tags) => scope.call("ecs", "TagResource", { resourceArn, tags: lowerTags(tags) }),
  });
}
