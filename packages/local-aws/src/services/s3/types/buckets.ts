import type { RecordedType } from "../../../resources/recorded.js";
import type { Failure } from "../../../resources/resource.js";
import { text } from "../../../resources/convert.js";

/** Source: S3 user guide, "Bucket naming rules". */
export function bucketName({ bucket }: Record<string, unknown>): Failure[] {
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

export const bucketTypes = [
  bucket,
  ...[
    "bucketVersioning",
    "bucketPublicAccessBlock",
    "bucketOwnershipControls",
    "bucketServerSideEncryptionConfiguration",
    "bucketPolicy",
    "bucketLifecycleConfiguration",
  ].map(bucketSetting),
];
