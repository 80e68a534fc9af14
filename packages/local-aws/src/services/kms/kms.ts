import type * as Sdk from "@aws-sdk/client-kms";
import { arn, AwsError, type AwsService, type Site } from "../../cloud.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { lowerTags, text } from "../../resources/convert.js";

/** What KMS tells about the keys that the provider recorded. Nothing is encrypted here. */
export function createKms(rows: RecordedRows): AwsService {
  const key = (site: Site, id = ""): RecordedRow => {
    const target = id.startsWith("alias/") ? aliasTarget(rows, site, id) : id.split("/").at(-1);
    const row = rows.get("kms/key", site, target ?? "");
    if (row === undefined) throw new AwsError("NotFoundException", `Key '${id}' does not exist`);
    return row;
  };
  return {
    operations: {
      ListKeys: (_input: Sdk.ListKeysCommandInput, site: Site) => ({
        Keys: rows
          .list("kms/key", site)
          .map(({ id }) => ({ KeyId: id, KeyArn: arn("kms", site, `key/${id}`) })),
        Truncated: false,
      }),
      ListResourceTags({ KeyId }: Sdk.ListResourceTagsCommandInput, site: Site) {
        const tags = lowerTags(key(site, KeyId).properties["tags"]);
        return { Tags: tags.map((tag) => ({ TagKey: tag.key, TagValue: tag.value })), Truncated: false };
      },
      ListAliases: (_input: Sdk.ListAliasesCommandInput, site: Site) => ({
        Aliases: rows.list("kms/alias", site).map(({ id, properties }) => ({
          AliasName: id,
          AliasArn: arn("kms", site, id),
          TargetKeyId: properties["targetKeyId"],
        })),
        Truncated: false,
      }),
      DescribeKey({ KeyId }: Sdk.DescribeKeyCommandInput, site: Site) {
        const { id, gone = false } = key(site, KeyId);
        const KeyMetadata = {
          KeyId: id,
          Arn: arn("kms", site, `key/${id}`),
          KeyState: gone ? "PendingDeletion" : "Enabled",
          Enabled: !gone,
          KeyManager: "CUSTOMER",
        };
        return { KeyMetadata };
      },
    },
  };
}

function aliasTarget(rows: RecordedRows, site: Site, name: string): string {
  return text(rows.get("kms/alias", site, name)?.properties["targetKeyId"]);
}
