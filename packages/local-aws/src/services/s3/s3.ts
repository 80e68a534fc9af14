import type * as Sdk from "@aws-sdk/client-s3";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import type { RecordedRows } from "../../resources/rows.js";
import { upperTags } from "../../resources/convert.js";

/** What S3 tells about the buckets that the provider recorded. Nothing is kept in them. */
export function createS3(rows: RecordedRows): AwsService {
  const bucket = (site: Site, name = "") => {
    const row = rows.get("s3/bucket", site, name);
    if (row === undefined) throw new AwsError("NoSuchBucket", "The specified bucket does not exist", 404);
    return row;
  };
  return {
    operations: {
      HeadBucket({ Bucket }: Sdk.HeadBucketCommandInput, site: Site) {
        bucket(site, Bucket);
        return {};
      },
      GetBucketTagging({ Bucket }: Sdk.GetBucketTaggingCommandInput, site: Site) {
        const TagSet = upperTags(bucket(site, Bucket).properties["tags"]);
        if (TagSet.length === 0) throw new AwsError("NoSuchTagSet", "The TagSet does not exist", 404);
        return { TagSet };
      },
    },
  };
}
