import { randomUUID } from "node:crypto";
import { arn, AwsError } from "../../../cloud.js";
import type { Properties } from "../../../provider/values.js";
import type { RecordedType } from "../../../resources/recorded.js";
import type { Scope } from "../../../resources/resource.js";
import { text } from "../../../resources/convert.js";

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

export const keyTypes = [key, alias];
