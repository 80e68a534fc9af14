import type { KMSClient } from "@aws-sdk/client-kms";
import type { LookupFinding } from "../../engine/engine.js";
import { codeOf, unlessAbsent } from "../errors.js";
import {
  absent,
  type Finder,
  isOwn,
  judge,
  chooseInterchangeable,
  type Sought,
  tagsOf,
  textOrEmpty,
  withParent,
} from "./finding.js";

const bucketSettings = [
  "bucketVersioning:BucketVersioning",
  "bucketPublicAccessBlock:BucketPublicAccessBlock",
  "bucketOwnershipControls:BucketOwnershipControls",
  "bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "bucketPolicy:BucketPolicy",
  "bucketLifecycleConfiguration:BucketLifecycleConfiguration",
];
const repositorySettings = ["lifecyclePolicy:LifecyclePolicy", "repositoryPolicy:RepositoryPolicy"];

/** What keeps images, state and keys. Settings belong to whom their bucket or repository belongs to; the engine's read tells whether they are set. */
export const storageFinders: Record<string, Finder> = {
  "aws:ecr/repository:Repository": (sought) => findRepository(sought, textOrEmpty(sought.inputs["name"])),
  ...settings("ecr", repositorySettings, (sought) =>
    findRepository(sought, textOrEmpty(sought.inputs["repository"])),
  ),
  "aws:s3/bucket:Bucket": findBucket,
  ...settings("s3", bucketSettings, findBucket),
  "aws:kms/key:Key": findKey,
  "aws:kms/alias:Alias": findAlias,
};

function settings(service: string, names: readonly string[], findParent: Finder): Record<string, Finder> {
  const find: Finder = (sought) => findParent(sought);
  return Object.fromEntries(names.map((name) => [`aws:${service}/${name}`, find]));
}

async function findRepository({ clients, owner }: Sought, name: string): Promise<LookupFinding> {
  const { DescribeRepositoriesCommand, ListTagsForResourceCommand } = await import("@aws-sdk/client-ecr");
  const ecr = await clients.ecr();
  const answer = await unlessAbsent(
    ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [name] })),
    "RepositoryNotFoundException",
  );
  const resourceArn = answer?.repositories?.find(
    ({ repositoryName }) => repositoryName === name,
  )?.repositoryArn;
  if (resourceArn === undefined) return absent;
  const told = await unlessAbsent(
    ecr.send(new ListTagsForResourceCommand({ resourceArn })),
    "RepositoryNotFoundException",
  );
  return told === undefined ? absent : judge(`ECR repository ${name}`, name, tagsOf(told.tags), owner);
}

/** A bucket gets its tags by a call of its own, so one without tags may be ours: a person must decide. */
async function findBucket({ clients, inputs, owner }: Sought): Promise<LookupFinding> {
  const { GetBucketTaggingCommand, HeadBucketCommand } = await import("@aws-sdk/client-s3");
  const Bucket = textOrEmpty(inputs["bucket"]);
  const s3 = await clients.s3();
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    const status = statusOf(error);
    if (status === 404) return absent;
    if (status === 301) return { is: "others", what: `bucket ${Bucket} (in another region)` };
    if (status !== 403) throw error;
    return {
      is: "others",
      what: `bucket ${Bucket} (of another account, or hidden from these credentials)`,
    };
  }
  try {
    const { TagSet } = await s3.send(new GetBucketTaggingCommand({ Bucket }));
    return judge(`bucket ${Bucket}`, Bucket, tagsOf(TagSet), owner);
  } catch (error) {
    if (codeOf(error) === "NoSuchTagSet") {
      return {
        is: "unknown",
        why: `the bucket ${Bucket} has no tags. If it is this stack's, tag it moorage:project=${owner.project} and moorage:stack=${owner.stack}`,
      };
    }
    if (statusOf(error) === 404) return absent;
    throw error;
  }
}

/** HEAD has no body that could name a code. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** A key has no name. One that is on its way to deletion is no key to adopt. */
async function findKey({ clients, owner, known }: Sought): Promise<LookupFinding> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const kms = await clients.kms();
  const { own, hidden } = await ownKeys(kms, (tags) => isOwn(tags, owner));
  const usable: string[] = [];
  for (const KeyId of own) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState !== "PendingDeletion") usable.push(KeyId);
  }
  const finding = chooseInterchangeable(usable, known);
  if (finding.is === "ours" || hidden.length === 0) return finding;
  return { is: "unknown", why: `these credentials may not read the tags of ${hidden.length} KMS keys` };
}

/** Every key of the account and region whose tags fit; those whose tags may not be read. */
export async function ownKeys(
  kms: KMSClient,
  isWanted: (tags: ReadonlyMap<string, string>) => boolean,
): Promise<{ own: string[]; hidden: string[] }> {
  const { paginateListKeys } = await import("@aws-sdk/client-kms");
  const found: { own: string[]; hidden: string[] } = { own: [], hidden: [] };
  for await (const { Keys = [] } of paginateListKeys({ client: kms }, {})) {
    for (const { KeyId = "" } of Keys) {
      const tags = await keyTags(kms, KeyId);
      if (tags === undefined) found.hidden.push(KeyId);
      else if (isWanted(tags)) found.own.push(KeyId);
    }
  }
  return found;
}

/** Undefined where they may not be read. */
async function keyTags(kms: KMSClient, KeyId: string): Promise<Map<string, string> | undefined> {
  const { paginateListResourceTags } = await import("@aws-sdk/client-kms");
  const tags = new Map<string, string>();
  const read = async () => {
    for await (const { Tags = [] } of paginateListResourceTags({ client: kms }, { KeyId })) {
      for (const { TagKey = "", TagValue = "" } of Tags) tags.set(TagKey, TagValue);
    }
    return tags;
  };
  // A key may vanish between two calls: it has no tags then.
  const readable = unlessAbsent(read(), "AccessDeniedException");
  return (
    await unlessAbsent(
      readable.then((found) => ({ found })),
      "NotFoundException",
    )
  )?.found;
}

/** An alias belongs to whom its key belongs to. */
async function findAlias({ clients, inputs, owner }: Sought): Promise<LookupFinding> {
  const { paginateListAliases } = await import("@aws-sdk/client-kms");
  const name = textOrEmpty(inputs["name"]);
  const kms = await clients.kms();
  for await (const { Aliases = [] } of paginateListAliases({ client: kms }, {})) {
    const found = Aliases.find(({ AliasName }) => AliasName === name);
    if (found === undefined) continue;
    const what = `KMS key ${name}`;
    const tags = found.TargetKeyId === undefined ? new Map() : await keyTags(kms, found.TargetKeyId);
    if (tags) return withParent(judge(what, name, tags, owner), name);
    return { is: "unknown", why: `these credentials may not read the tags of the ${what}` };
  }
  return absent;
}
