import { allowStatement } from "../../src/core/project/policy-statements.js";
import type { PolicyDocument } from "./generate.js";
import type { Access } from "./scope.js";

/** What a foundation's settings let roles do besides, to make what moorage.ts declares. */
export interface ResourceAllowance {
  /** Of the roles that deploy environments. */
  resources: readonly { actions: string[]; resources: string[] }[];
  previews: { resources: readonly { actions: string[]; resources: string[] }[] };
}

/** Source: IAM, "IAM and AWS STS quotas": of a managed policy. */
const mostCharacters = 6_144;

/** The policy that a role has for them; undefined where it has none. Throws a RangeError where it is too long for IAM. */
export function resourcesPolicy(
  access: Access,
  { resources, previews }: ResourceAllowance,
): PolicyDocument | undefined {
  const stated = { deploy: resources, preview: previews.resources }[access as string] ?? [];
  if (stated.length === 0) return undefined;
  const document: PolicyDocument = { Version: "2012-10-17", Statement: stated.map(allowStatement) };
  const { length } = JSON.stringify(document);
  if (length <= mostCharacters) return document;
  throw new RangeError(
    `\`resources\` for the role to ${access} makes a policy of ${length} characters, and IAM takes ${mostCharacters}: use patterns.`,
  );
}
