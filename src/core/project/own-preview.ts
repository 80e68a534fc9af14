import { MoorageError } from "../errors.js";
import { ownProgramName } from "./own-limits.js";
import { cutByLimit } from "./permission-boundary.js";
import type { PolicyStatement } from "./policy-statements.js";
import { matchesWildcards } from "./wildcards.js";

/** What a foundation lets previews make and have besides what Moorage declares. */
export interface OwnAllowance {
  /** Type tokens: `aws:sqs/queue:Queue`. */
  types?: readonly string[] | undefined;
  /** What the role of all previews' tasks may do besides. */
  statements?: readonly PolicyStatement[] | undefined;
  /** ARN of that role. */
  task?: string;
  /** ARNs of secrets and parameters, `*` and `?` as IAM has them. */
  secrets?: readonly string[];
}

/** A resource that is about to be declared. */
interface Wanted {
  type: string;
  name: string;
  props: Readonly<Record<string, unknown>>;
  isRead: boolean;
}

/**
 * Raises `preview-not-allowed` (exit 4) for a resource that a preview may not make: of a type that the foundation does not list, or under
 * a name that does not begin with the preview's own. A pull request writes the program itself, so it is told before anything is made;
 * what holds it to that is the role of previews.
 */
export function checkPreviewResource(
  stack: string,
  prefix: string,
  allowed: OwnAllowance,
  wanted: Wanted,
): void {
  const { type, name, props, isRead } = wanted;
  // A component of the program's own makes nothing itself.
  if (isRead || (!/^(aws|awsx|pulumi):/.test(type) && Object.keys(props).length === 0)) return;
  const types = allowed.types ?? [];
  if (!types.some((pattern) => matchesWildcards(pattern, type))) {
    const listed = types.length === 0 ? "none" : types.join(", ");
    throw notAllowed(
      stack,
      `${ownProgramName} declares ${type} ${name}, and previews may make: ${listed}.`,
      "Leave it out of previews (`stack.pullRequest` tells them apart), or have an administrator add the type to `previews.types` of the foundation.",
    );
  }
  const [property, given] = namedBy(props, name);
  if (property === undefined || (typeof given === "string" && given.startsWith(`${prefix}-`))) return;
  const shown = typeof given === "string" ? given : "an output";
  throw notAllowed(
    stack,
    `${ownProgramName}: the ${property} of ${type} ${name} is ${shown}, and names in a preview begin with ${prefix}-.`,
    "Name it after `stack.prefix`: new aws.sqs.Queue(`${stack.prefix}-jobs`).",
  );
}

/** Without a name of its own it gets the logical one, and a random ending. */
function namedBy(props: Readonly<Record<string, unknown>>, logical: string): [string | undefined, unknown] {
  const naming = ["name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId"].filter(
    (property) => property in props && (property === "name" || `${property}Prefix` in props),
  );
  for (const property of naming.flatMap((one) => [one, `${one}Prefix`])) {
    if (props[property] !== undefined) return [property, props[property]];
  }
  return naming.length === 0 ? [undefined, undefined] : ["logical name", logical];
}

/** Raises `preview-not-allowed` (exit 4) for a statement that is not within the role of all previews' tasks. */
export function checkPreviewStatement(
  stack: string,
  { statements = [], task = "" }: OwnAllowance,
  statement: PolicyStatement,
): void {
  const [cut] = cutByLimit([statement], statements, task);
  if (cut === undefined) return;
  throw notAllowed(
    stack,
    `${ownProgramName} returned a statement that the role of previews' tasks does not cover: ${cut.action} on ${cut.resource}.`,
    "All previews share that role: have an administrator add to `previews.statements` of the foundation, for the names of all previews.",
  );
}

/** Raises `preview-not-allowed` (exit 4) for a secret that the role which starts previews' tasks may not read. */
export function checkPreviewSecret(stack: string, { secrets = [] }: OwnAllowance, arn: string): void {
  const whole = arn.split(":")[2] === "ssm" ? arn : arn.split(":").slice(0, 7).join(":");
  if (secrets.some((pattern) => matchesWildcards(pattern, whole))) return;
  throw notAllowed(
    stack,
    `${ownProgramName} returned a secret that previews may not read: ${arn}.`,
    `They may read ${secrets.length === 0 ? "none" : secrets.join(", ")}; an administrator adds to \`previews\` of the foundation.`,
  );
}

function notAllowed(stack: string, what: string, hint: string): MoorageError {
  return new MoorageError({
    code: "preview-not-allowed",
    message: `${stack} is not deployed: ${what}`,
    hint,
  });
}
