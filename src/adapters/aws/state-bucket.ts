import type { S3Client } from "@aws-sdk/client-s3";
import { badRequest } from "../../core/errors.js";
import { codeOf, unlessAbsent } from "./errors.js";

/** A bucket that is to hold Pulumi's state. */
export interface StateBucket {
  bucket: string;
  region: string;
  /** The ARN of the KMS key that encrypts what is written without naming another. */
  keyArn: string;
}

const keptDays = 90;
const abandonedDays = 7;

/**
 * Makes a private, versioned, encrypted bucket, or completes one of ours that exists: what somebody has set in it already
 * (a key of its own, a policy, a lifecycle) stays. True when it was made. Raises a bad request for a bucket of another
 * account or region.
 */
export async function ensureStateBucket(s3: S3Client, wanted: StateBucket): Promise<boolean> {
  const made = !(await isOurs(s3, wanted)) && (await create(s3, wanted));
  await lockDown(s3, wanted.bucket);
  await encrypt(s3, wanted);
  await refusePlainHttp(s3, wanted);
  await boundVersions(s3, wanted.bucket);
  return made;
}

async function isOurs(s3: S3Client, { bucket, region }: StateBucket): Promise<boolean> {
  const { HeadBucketCommand } = await import("@aws-sdk/client-s3");
  try {
    const head = await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    if (head.BucketRegion !== undefined && head.BucketRegion !== region) {
      throw elsewhere(bucket, `in ${head.BucketRegion}`, region);
    }
    return true;
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) return false;
    if (status === 301) throw elsewhere(bucket, "in another region", region);
    if (status === 403) throw taken(bucket, error);
    throw error;
  }
}

async function create(s3: S3Client, { bucket, region }: StateBucket): Promise<boolean> {
  const { CreateBucketCommand } = await import("@aws-sdk/client-s3");
  // The first region's name is the one that S3 does not take as a constraint (S3 API, CreateBucket).
  const place = region !== "us-east-1" && {
    CreateBucketConfiguration: { LocationConstraint: region as never },
  };
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket, ...place }));
    return true;
  } catch (error) {
    if (codeOf(error) === "BucketAlreadyOwnedByYou") return false; // Two at once.
    if (codeOf(error) === "BucketAlreadyExists") throw taken(bucket, error);
    throw error;
  }
}

async function lockDown(s3: S3Client, Bucket: string): Promise<void> {
  const { PutBucketVersioningCommand, PutPublicAccessBlockCommand } = await import("@aws-sdk/client-s3");
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

/** S3 encrypts by itself (AES256) since 2023; only a KMS key decides who may read. */
async function encrypt(s3: S3Client, { bucket: Bucket, keyArn }: StateBucket): Promise<void> {
  const { GetBucketEncryptionCommand, PutBucketEncryptionCommand } = await import("@aws-sdk/client-s3");
  const now = await unlessAbsent(
    s3.send(new GetBucketEncryptionCommand({ Bucket })),
    "ServerSideEncryptionConfigurationNotFoundError",
  );
  const rules = now?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const algorithm = rules[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (algorithm?.startsWith("aws:kms")) return;
  const byKey = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn } as const;
  await s3.send(
    new PutBucketEncryptionCommand({
      Bucket,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: byKey, BucketKeyEnabled: true }],
      },
    }),
  );
}

async function refusePlainHttp(s3: S3Client, { bucket: Bucket, keyArn }: StateBucket): Promise<void> {
  const { GetBucketPolicyCommand, PutBucketPolicyCommand } = await import("@aws-sdk/client-s3");
  const policy = await unlessAbsent(s3.send(new GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy");
  if (policy?.Policy) return;
  const partition = keyArn.split(":")[1];
  const arn = `arn:${partition}:s3:::${Bucket}`;
  const statement = {
    Sid: "RefusePlainHttp",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [arn, `${arn}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
}

/** Old versions let a person restore an earlier state; they expire, so that they do not cost money forever. */
async function boundVersions(s3: S3Client, Bucket: string): Promise<void> {
  const { GetBucketLifecycleConfigurationCommand, PutBucketLifecycleConfigurationCommand } =
    await import("@aws-sdk/client-s3");
  const now = await unlessAbsent(
    s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    "NoSuchLifecycleConfiguration",
  );
  if (now?.Rules?.length) return;
  const rule = {
    ID: "old-versions",
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays: keptDays },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: abandonedDays },
  } as const;
  const LifecycleConfiguration = { Rules: [rule] };
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
}

function elsewhere(bucket: string, where: string, region: string): Error {
  return badRequest(
    "bucket-elsewhere",
    `The bucket ${bucket} is ${where}, not in ${region}.`,
    "Give another --bucket, or its region.",
  );
}

function taken(bucket: string, cause: unknown): Error {
  return badRequest(
    "bucket-taken",
    `The bucket ${bucket} belongs to another account, or these credentials cannot access it.`,
    "Bucket names are unique across all of AWS: give another --bucket, for example with your account's number in it.",
    cause,
  );
}
