import {
  CreateAliasCommand,
  CreateKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
} from "@aws-sdk/client-kms";
import {
  type BucketVersioningStatus,
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import type { Made } from "./engine.js";
import { type Taken, upperTags } from "./inputs.js";

export interface StorageClients {
  s3: S3Client;
  kms: KMSClient;
}

type Create = (clients: StorageClients, inputs: Taken) => Promise<Made>;

/** How the state's bucket and key are made with the AWS SDK. */
export const storageCalls: Record<string, Create> = {
  "aws:s3/bucket:Bucket": createBucket,
  "aws:s3/bucketVersioning:BucketVersioning": putVersioning,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": putAccessBlock,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": putOwnership,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": putEncryption,
  "aws:s3/bucketPolicy:BucketPolicy": putPolicy,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": putLifecycle,
  "aws:kms/key:Key": createKey,
  "aws:kms/alias:Alias": createAlias,
};

async function createBucket({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: upperTags(inputs) } }));
  return { id: Bucket ?? "", outputs: { arn: `arn:aws:s3:::${Bucket ?? ""}` } };
}

async function putVersioning({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  const Status = inputs.part("versioningConfiguration").text("status") as BucketVersioningStatus;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
  return { id: Bucket ?? "" };
}

async function putAccessBlock({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: inputs.flag("blockPublicAcls"),
    BlockPublicPolicy: inputs.flag("blockPublicPolicy"),
    IgnorePublicAcls: inputs.flag("ignorePublicAcls"),
    RestrictPublicBuckets: inputs.flag("restrictPublicBuckets"),
  };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
  return { id: Bucket ?? "" };
}

async function putOwnership({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  const ObjectOwnership = inputs.part("rule").text("objectOwnership") as "BucketOwnerEnforced";
  const OwnershipControls = { Rules: [{ ObjectOwnership }] };
  await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  return { id: Bucket ?? "" };
}

async function putEncryption({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  const Rules = inputs.parts("rules").map((rule) => {
    const chosen = rule.part("applyServerSideEncryptionByDefault");
    return {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: chosen.text("sseAlgorithm") as ServerSideEncryption,
        KMSMasterKeyID: chosen.text("kmsMasterKeyId"),
      },
      BucketKeyEnabled: rule.flag("bucketKeyEnabled"),
    };
  });
  const ServerSideEncryptionConfiguration = { Rules };
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
  return { id: Bucket ?? "" };
}

async function putPolicy({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const [Bucket, Policy] = [inputs.text("bucket"), inputs.text("policy")];
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  return { id: Bucket ?? "" };
}

async function putLifecycle({ s3 }: StorageClients, inputs: Taken): Promise<Made> {
  const Bucket = inputs.text("bucket");
  const Rules = inputs.parts("rules").map((rule) => ({
    ID: rule.text("id"),
    Status: rule.text("status") as "Enabled",
    Filter: { Prefix: rule.part("filter").text("prefix") },
    NoncurrentVersionExpiration: {
      NoncurrentDays: rule.part("noncurrentVersionExpiration").number("noncurrentDays"),
    },
    AbortIncompleteMultipartUpload: {
      DaysAfterInitiation: rule.part("abortIncompleteMultipartUpload").number("daysAfterInitiation"),
    },
  }));
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  return { id: Bucket ?? "" };
}

async function createKey({ kms }: StorageClients, inputs: Taken): Promise<Made> {
  // How long a deletion waits is said when it is asked for.
  inputs.ignore("deletionWindowInDays");
  const Tags = inputs.pairs("tags").map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Description: inputs.text("description"), Tags }),
  );
  const KeyId = KeyMetadata?.KeyId ?? "";
  if (inputs.flag("enableKeyRotation")) await kms.send(new EnableKeyRotationCommand({ KeyId }));
  return { id: KeyId, outputs: { arn: KeyMetadata?.Arn, keyId: KeyId } };
}

async function createAlias({ kms }: StorageClients, inputs: Taken): Promise<Made> {
  const AliasName = inputs.text("name");
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: inputs.text("targetKeyId") }));
  return { id: AliasName ?? "" };
}
