import type { RecordedType } from "../../../resources/recorded.js";
import type { Failure } from "../../../resources/resource.js";
import { isObject } from "../../../provider/values.js";
import { text } from "../../../resources/convert.js";

/** Source: PutLifecyclePolicy, PutRegistryPolicy: what is no JSON is refused. */
function document({ policy }: Record<string, unknown>): Failure[] {
  try {
    if (policy === undefined || isObject(JSON.parse(text(policy)))) return [];
  } catch {
    // What is no JSON is refused below, as any other text that is no object.
  }
  return [{ property: "policy", reason: "must be a JSON document" }];
}

/** What is set of a repository; ECR keeps one of each, and a second overwrites it. */
function setting(name: string): RecordedType {
  return {
    token: `aws:ecr/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    replaces: ["repository"],
    id: (inputs) => text(inputs["repository"]),
    outputs: (_inputs, _id, site) => ({ registryId: site.account }),
    overwrites: true,
    check: document,
  };
}

export const repositorySettings = [setting("lifecyclePolicy"), setting("repositoryPolicy")];
