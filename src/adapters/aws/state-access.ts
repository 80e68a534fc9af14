import type { KMSClient } from "@aws-sdk/client-kms";
import type { S3Client } from "@aws-sdk/client-s3";
import { badRequest } from "../../core/errors.js";
import { codeOf, unlessAbsent } from "./errors.js";

/** A statement of a resource's own policy, known by its Sid. */
type Statement = object & { Sid?: string };

/** What the policies of a state's bucket and of its key have to say. */
export interface StateAccess {
  bucket: string;
  keyArn: string;
  bucketStatements: readonly Statement[];
  keyStatements: readonly Statement[];
}

/**
 * Adds to both policies what they do not say yet; what somebody else has written stays. True where something was added. Raises a bad
 * request, `account-unknown`, for an account that AWS does not know.
 */
export async function grantStateAccess(s3: S3Client, kms: KMSClient, access: StateAccess): Promise<boolean> {
  try {
    const [onBucket, onKey] = [await grantOnBucket(s3, access), await grantOnKey(kms, access)];
    return onBucket || onKey;
  } catch (error) {
    if (!["MalformedPolicy", "MalformedPolicyDocumentException"].includes(codeOf(error) ?? "")) throw error;
    throw badRequest(
      "account-unknown",
      `AWS refuses the policy of the state's bucket or key: ${(error as Error).message}`,
      "Check that every --account exists, and that nothing in the policies of the bucket and the key names one that is closed.",
      error,
    );
  }
}

async function grantOnBucket(
  s3: S3Client,
  { bucket: Bucket, bucketStatements }: StateAccess,
): Promise<boolean> {
  const { GetBucketPolicyCommand, PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
  const now = await unlessAbsent(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy");
  const Policy = withStatements(now?.Policy, bucketStatements);
  if (Policy === undefined) return false;
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  return true;
}

async function grantOnKey(kms: KMSClient, { keyArn: KeyId, keyStatements }: StateAccess): Promise<boolean> {
  const { GetKeyPolicyCommand, PutKeyPolicyCommand } = await import("@aws-sdk/client-kms");
  const now = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" }));
  const Policy = withStatements(now.Policy, keyStatements);
  if (Policy === undefined) return false;
  await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: "default", Policy }));
  return true;
}

/** A policy with these statements too; undefined where it says all of it. What a statement of the same Sid lists, it keeps. */
export function withStatements(
  policy: string | undefined,
  statements: readonly Statement[],
): string | undefined {
  const document = (policy ? JSON.parse(policy) : { Version: "2012-10-17", Statement: [] }) as {
    Statement: Statement | Statement[];
  };
  const present = [document.Statement].flat();
  const next = statements.reduce<Statement[]>((all, wanted) => {
    const at = all.findIndex(({ Sid }) => Sid === wanted.Sid);
    return at < 0 ? [...all, wanted] : all.with(at, united(all[at], wanted) as Statement);
  }, present);
  const isSame = JSON.stringify(canonical(next)) === JSON.stringify(canonical(present));
  return isSame ? undefined : JSON.stringify({ ...document, Statement: next });
}

/** Lists are put together, objects member by member; of anything else the wanted one holds. */
function united(present: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted)) return [...new Set([present ?? [], wanted].flat())];
  if (typeof wanted !== "object" || wanted === null) return wanted;
  const [old, next] = [present as Record<string, unknown>, wanted as Record<string, unknown>];
  return Object.fromEntries(
    Object.entries(next).map(([key, value]) => [key, united(old[key] ?? emptyLike(value), value)]),
  );
}

function emptyLike(value: unknown): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? {} : undefined;
}

/** AWS keeps neither the order of a list nor one entry apart from a list of one. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.length === 1) return canonical(value[0]);
    return value.every((one) => typeof one === "string") ? [...value].sort() : value.map(canonical);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, one]) => [key, canonical(one)]));
}
