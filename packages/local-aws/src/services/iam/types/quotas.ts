import { AwsError } from "../../../cloud.js";
import type { Properties } from "../../../provider/values.js";
import type { Scope } from "../../../resources/resource.js";
import { text } from "../../../resources/convert.js";

// Source: IAM user guide, "IAM and AWS STS quotas": documents are counted without white space.

const mostAttached = 10;
const mostInline = 10_240;

function lengthOf(document: unknown): number {
  return text(document).replace(/\s/g, "").length;
}

function limitExceeded(message: string): AwsError {
  return new AwsError("LimitExceeded", message, 409);
}

/** Throws where the document is none, or longer than the quota of that name. */
export function refuseLongDocument(document: unknown, most: number, quota: string): void {
  refuseMalformed(document);
  if (lengthOf(document) > most) throw limitExceeded(`Cannot exceed quota for ${quota}: ${most}`);
}

function refuseMalformed(document: unknown): void {
  try {
    JSON.parse(text(document));
  } catch {
    throw new AwsError("MalformedPolicyDocument", "Syntax errors in policy.");
  }
}

export function refuseRole(inputs: Properties, scope: Scope): void {
  const { assumeRolePolicy, maxSessionDuration, description, permissionsBoundary } = inputs;
  refuseLongDocument(assumeRolePolicy, 2048, "ACLSizePerRole");
  const seconds = maxSessionDuration === undefined ? 3600 : Number(maxSessionDuration);
  if (seconds < 3600 || seconds > 43_200) {
    throw new AwsError("ValidationError", "MaxSessionDuration must be between 3600 and 43200 seconds.");
  }
  if (text(description).length > 1000) {
    throw new AwsError("ValidationError", "A role's description has at most 1000 characters.");
  }
  if (permissionsBoundary !== undefined) refuseMissingPolicy(text(permissionsBoundary), scope);
}

/** The inline policies of a role have 10,240 characters in all. */
export function refuseInlinePolicy(inputs: Properties, scope: Scope): void {
  refuseMalformed(inputs["policy"]);
  const others = scope.rows
    .list("iam/rolePolicy", scope.site)
    .filter(
      ({ properties }) => properties["role"] === inputs["role"] && properties["name"] !== inputs["name"],
    )
    .reduce((sum, { properties }) => sum + lengthOf(properties["policy"]), 0);
  if (others + lengthOf(inputs["policy"]) > mostInline) {
    const role = text(inputs["role"]);
    throw limitExceeded(`Maximum policy size of ${mostInline} bytes exceeded for role ${role}`);
  }
}

/** A policy must exist to be attached, and a role can have at most ten. */
export function refuseAttachment({ role, policyArn }: Properties, scope: Scope): void {
  refuseMissingPolicy(text(policyArn), scope);
  const others = scope.rows
    .list("iam/rolePolicyAttachment", scope.site)
    .filter(({ properties }) => properties["role"] === role && properties["policyArn"] !== policyArn);
  if (others.length >= mostAttached) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPerRole: ${mostAttached}`);
  }
}

/** AWS's own policies are taken to exist. */
function refuseMissingPolicy(policyArn: string, scope: Scope): void {
  if (policyArn.includes(":iam::aws:policy/")) return;
  if (scope.rows.get("iam/policy", scope.site, policyArn) !== undefined) return;
  throw new AwsError("NoSuchEntity", `Policy ${policyArn} does not exist or is not attachable.`, 404);
}
