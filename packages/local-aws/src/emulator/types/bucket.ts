import { AwsError } from "../../cloud.js";
import { bucketName, bucketTypes } from "../../services/s3/types/buckets.js";
import { list, object, text, unlessGone, upperTags } from "../../resources/convert.js";
import { randomId, storedType } from "../../resources/recorded.js";
import type { ResourceType, Scope } from "../../resources/resource.js";
import { plainXml } from "../../wire/xml.js";
import { notCarried } from "../carried.js";
import type { Emulator } from "../emulator.js";
import { fromXml } from "../query-call.js";
import { type S3Request, s3Request } from "../s3-request.js";

const carried = new Set(["bucket", "bucketPrefix", "forceDestroy", "objectLockEnabled", "tags"]);

type Ask = (request: S3Request, scope: Scope) => ReturnType<typeof s3Request>;

/** A bucket in the emulator; its id is its name. */
function bucket(ask: Ask): ResourceType {
  return {
    tokens: ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"],
    autoname: "bucket",
    replaces: ["bucket", "bucketPrefix", "objectLockEnabled"],
    check: (inputs) => [...notCarried(inputs, carried), ...bucketName(inputs)],

    async create({ bucket: named, bucketPrefix, objectLockEnabled, tags }, scope) {
      const name = text(named) || randomId(text(bucketPrefix));
      if (await isThere(name, ask, scope))
        throw new AwsError("BucketAlreadyOwnedByYou", `There is a bucket ${name} already.`, 409);
      const { region } = scope.site;
      // Source: CreateBucket: us-east-1 is named by leaving it out.
      const body = region === "us-east-1" ? "" : located({ LocationConstraint: region });
      const lock = objectLockEnabled === true && { "x-amz-bucket-object-lock-enabled": "true" };
      await ask({ method: "PUT", bucket: name, ...(lock && { headers: lock }), body }, scope);
      await setTags(name, tags, ask, scope);
      return { id: name };
    },

    async read(id, scope) {
      if (!(await isThere(id, ask, scope))) return undefined;
      const { region } = scope.site;
      return {
        ...{ bucket: id, arn: `arn:aws:s3:::${id}`, bucketRegion: region },
        bucketDomainName: `${id}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${id}.s3.${region}.amazonaws.com`,
        tags: await readTags(id, ask, scope),
      };
    },

    async update(id, { tags }, olds, scope) {
      if (JSON.stringify(tags) !== JSON.stringify(olds["tags"])) await setTags(id, tags, ask, scope);
    },

    async delete(id, { forceDestroy }, scope) {
      if (forceDestroy === true) await unlessGone(empty(id, ask, scope), "NoSuchBucket");
      await unlessGone(ask({ method: "DELETE", bucket: id }, scope), "NoSuchBucket");
    },
  };
}

const namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

function located(content: object): string {
  return plainXml("CreateBucketConfiguration", { "@xmlns": namespace, ...content });
}

/** A question that has an answer with a code: the absence of a bucket is said in words of S3's, or not believed. */
async function isThere(bucket: string, ask: Ask, scope: Scope): Promise<boolean> {
  const request = { method: "GET", bucket, query: { location: "" } } as const;
  return (await unlessGone(ask(request, scope), "NoSuchBucket")) !== undefined;
}

async function setTags(bucket: string, tags: unknown, ask: Ask, scope: Scope): Promise<void> {
  const Tag = upperTags(tags);
  const query = { tagging: "" };
  if (Tag.length === 0) return void (await ask({ method: "DELETE", bucket, query }, scope));
  const body = plainXml("Tagging", { "@xmlns": namespace, TagSet: { Tag } });
  await ask({ method: "PUT", bucket, query, body }, scope);
}

async function readTags(bucket: string, ask: Ask, scope: Scope): Promise<object | undefined> {
  const request = { method: "GET", bucket, query: { tagging: "" } } as const;
  const answer = await unlessGone(ask(request, scope), "NoSuchTagSet");
  const tags = several(object(fromXml(answer?.text ?? "")?.["TagSet"])["Tag"]);
  if (tags.length === 0) return undefined;
  return Object.fromEntries(tags.map((tag) => [text(object(tag)["Key"]), text(object(tag)["Value"])]));
}

/** One element, or a list of them. */
function several(value: unknown): unknown[] {
  return value === undefined || value === "" ? [] : Array.isArray(value) ? list(value) : [value];
}

/** All versions of all objects, page by page until none is left. Throws when one that was removed is told of again. */
async function empty(bucket: string, ask: Ask, scope: Scope): Promise<void> {
  const removed = new Set<string>();
  for (;;) {
    const query = { versions: "", "encoding-type": "url" };
    const page = fromXml((await ask({ method: "GET", bucket, query }, scope)).text) ?? {};
    const found = [...several(page["Version"]), ...several(page["DeleteMarker"])].map(object);
    if (found.length === 0) return;
    for (const { Key, VersionId } of found) {
      const [key, versionId] = [keyIn(page, text(Key)), text(VersionId)];
      const name = `${versionId} ${key}`;
      if (removed.has(name)) throw new AwsError("BucketNotEmpty", `${key} of ${bucket} is not deleted.`, 409);
      await ask({ method: "DELETE", bucket, key, ...(versionId && { query: { versionId } }) }, scope);
      removed.add(name);
    }
  }
}

/** Source: ListObjectVersions, `EncodingType`: told where keys are encoded. */
function keyIn({ EncodingType }: Record<string, unknown>, key: string): string {
  return EncodingType === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}

/** A bucket's versioning, which changes what its objects do. */
function versioning(ask: Ask): ResourceType {
  const query = { versioning: "" };
  const put = async (bucket: string, configuration: unknown, scope: Scope) => {
    const { status, mfaDelete } = object(configuration);
    if (status === "Disabled") return;
    const body = plainXml("VersioningConfiguration", {
      ...{ "@xmlns": namespace, Status: status, MfaDelete: mfaDelete },
    });
    await ask({ method: "PUT", bucket, query, body }, scope);
  };
  return {
    tokens: ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"],
    replaces: ["bucket", "expectedBucketOwner"],
    async create({ bucket: name, versioningConfiguration }, scope) {
      await put(text(name), versioningConfiguration, scope);
      return { id: text(name) };
    },
    async read(id, scope) {
      const answer = await unlessGone(ask({ method: "GET", bucket: id, query }, scope), "NoSuchBucket");
      if (answer === undefined) return undefined;
      const status = text(fromXml(answer.text)?.["Status"]) || "Disabled";
      return { bucket: id, versioningConfiguration: { status } };
    },
    update: (id, news, _olds, scope) => put(id, news["versioningConfiguration"], scope),
    async delete(id, _state, scope) {
      await unlessGone(put(id, { status: "Suspended" }, scope), "NoSuchBucket");
    },
  };
}

/** What of a bucket's settings changes nothing that tasks see is recorded, of a bucket that is there. */
function recordedSettings(ask: Ask): ResourceType[] {
  const settings = bucketTypes.filter(({ token }) => !/:(Bucket|BucketVersioning)$/.test(token));
  return settings.map(({ parents: _, ...entry }) => {
    const stored = storedType(entry);
    return {
      ...stored,
      async create(inputs, scope) {
        const name = text(inputs["bucket"]);
        if (!(await isThere(name, ask, scope)))
          throw new AwsError("NoSuchBucket", `The specified bucket ${name} does not exist`, 404);
        return stored.create(inputs, scope);
      },
      async read(id, scope, known) {
        return (await isThere(id, ask, scope)) ? stored.read(id, scope, known) : undefined;
      },
    };
  });
}

/** Buckets and their settings. */
export function bucketResources(emulator: Emulator): ResourceType[] {
  const ask: Ask = (request, { site }) => s3Request(emulator, site, request);
  return [bucket(ask), versioning(ask), ...recordedSettings(ask)];
}
