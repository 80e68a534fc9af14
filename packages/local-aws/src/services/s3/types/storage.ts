import { randomUUID } from "node:crypto";
import { arn, AwsError } from "../../../cloud.js";
import type { Properties } from "../../../provider/values.js";
import type { RecordedType } from "../../../resources/recorded.js";
import type { Failure, Scope } from "../../../resources/resource.js";
import { text } from "../../../resources/convert.js";

/** Source: S3 user guide, "Bucket naming rules". */
function bucketName({ bucket }: Record<string, unknown>): Failure[] {
  if (typeof bucket !== "string") return [];
  const fail = (reason: string) => [{ property: "bucket", reason: `"${bucket}" ${reason}` }];
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    return fail("is no name of 3 to 63 lower-case letters, digits, . and -");
  }
  if (bucket.includes("..") || /^\d+\.\d+\.\d+\.\d+$/.test(bucket)) {
    return fail("has two dots in a row, or the form of an IP address");
  }
  if (reservedPrefixes.some((prefix) => bucket.startsWith(prefix))) return fail("has a reserved prefix");
  return reservedSuffixes.some((suffix) => bucket.endsWith(suffix)) ? fail("has a reserved suffix") : [];
}

const reservedPrefixes = ["xn--", "sthree-", "amzn-s3-demo-"];
const reservedSuffixes = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

const bucket: RecordedType = {
  token: "aws:s3/bucket:Bucket",
  autoname: "bucket",
  replaces: ["bucket", "bucketPrefix", "objectLockEnabled"],
  id: (inputs) => text(inputs["bucket"]),
  outputs: (inputs) => ({
    arn: `arn:aws:s3:::${text(inputs["bucket"])}`,
    bucketDomainName: `${text(inputs["bucket"])}.s3.amazonaws.com`,
  }),
  unique: {
    by: ["bucket"],
    code: "BucketAlreadyOwnedByYou",
    message: () => "Your previous request to create the named bucket succeeded and you already own it.",
    status: 409,
  },
  check: bucketName,
};

/** A bucket's settings are resources of their own, which overwrite what was set before. */
function bucketSetting(name: string): RecordedType {
  return {
    token: `aws:s3/${name}:${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    replaces: ["bucket"],
    id: (inputs) => text(inputs["bucket"]),
    overwrites: true,
    parents: [
      {
        type: "s3/bucket",
        property: "bucket",
        code: "NoSuchBucket",
        message: () => "The specified bucket does not exist",
      },
    ],
  };
}

const key: RecordedType = {
  token: "aws:kms/key:Key",
  replaces: ["customerMasterKeySpec", "keyUsage", "multiRegion", "customKeyStoreId"],
  id: () => randomUUID(),
  outputs: (_inputs, id, site) => ({ arn: arn("kms", site, `key/${id}`), keyId: id }),
  check: ({ deletionWindowInDays: days }) =>
    typeof days === "number" && (days < 7 || days > 30)
      ? [{ property: "deletionWindowInDays", reason: `expected 7 to 30 days, got ${days}` }]
      : [],
  // Source: ScheduleKeyDeletion: a key is pending deletion for 7 to 30 days, with its name taken from nobody.
  remains: (row) => row,
};

/** Source: CreateAlias: its key is there, and is not pending deletion. */
function refuseAlias({ targetKeyId }: Properties, { rows, site }: Scope): void {
  const id = text(targetKeyId).split("/").at(-1) ?? "";
  const found = rows.get("kms/key", site, id);
  if (found === undefined)
    throw new AwsError("NotFoundException", `Key '${text(targetKeyId)}' does not exist`);
  if (found.gone !== true) return;
  throw new AwsError("KMSInvalidStateException", `${text(found.properties["arn"])} is pending deletion.`);
}

const alias: RecordedType = {
  token: "aws:kms/alias:Alias",
  autoname: "name",
  replaces: ["name", "namePrefix"],
  id: (inputs) => text(inputs["name"]),
  outputs: (inputs, id, site) => ({
    arn: arn("kms", site, id),
    targetKeyArn: arn("kms", site, `key/${text(inputs["targetKeyId"])}`),
  }),
  refuses: refuseAlias,
  unique: {
    by: ["name"],
    code: "AlreadyExistsException",
    message: ({ name }) => `An alias with the name ${text(name)} already exists`,
  },
  check: ({ name }) =>
    name === undefined || /^alias\/(?!aws\/)[a-zA-Z0-9/_-]{1,250}$/.test(text(name))
      ? []
      : [
          {
            property: "name",
            reason: "an alias is alias/ and 1 to 250 letters, digits, /, _ and -, not alias/aws/",
          },
        ],
};

export const storageTypes = [
  bucket,
  ...[
    "bucketVersioning",
    "bucketPublicAccessBlock",
    "bucketOwnershipControls",
    "bucketServerSideEncryptionConfiguration",
    "bucketPolicy",
    "bucketLifecycleConfiguration",
  ].map(bucketSetting),
  key,
  alias,
];
