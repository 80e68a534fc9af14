import type {
  DescribeSecretCommandOutput,
  GetSecretValueCommandOutput,
} from "@aws-sdk/client-secrets-manager";
import type { Properties } from "../../../provider/values.js";
import type { ResourceType, Scope } from "../../../resources/resource.js";
import { changeTags, tagMap, text, unlessGone, upperTags } from "../../../resources/convert.js";

export const secret: ResourceType = {
  tokens: ["aws:secretsmanager/secret:Secret"],
  autoname: "name",
  replaces: ["name", "namePrefix"],

  async create({ name, description, kmsKeyId, tags }, scope) {
    const input = { Name: name, Description: description, KmsKeyId: kmsKeyId, Tags: upperTags(tags) };
    const { ARN } = await scope.call<{ ARN: string }>("secretsmanager", "CreateSecret", input);
    return { id: ARN };
  },

  async read(id, scope) {
    const call = scope.call<DescribeSecretCommandOutput>("secretsmanager", "DescribeSecret", {
      SecretId: id,
    });
    const live = await unlessGone(call, "ResourceNotFoundException");
    if (live === undefined || live.DeletedDate !== undefined) return undefined;
    return {
      arn: live.ARN,
      name: live.Name,
      description: live.Description,
      kmsKeyId: live.KmsKeyId,
      tags: tagMap(live.Tags),
    };
  },

  async update(id, news, olds, scope) {
    const { description = "", kmsKeyId } = news;
    await call("UpdateSecret", { SecretId: id, Description: description, KmsKeyId: kmsKeyId }, scope);
    await changeTags(olds["tags"], news["tags"], {
      remove: (TagKeys) => call("UntagResource", { SecretId: id, TagKeys }, scope),
      add: (tags) => call("TagResource", { SecretId: id, Tags: upperTags(tags) }, scope),
    });
  },

  /** A window of 0 days is the provider's word for no recovery. */
  async delete(id, { recoveryWindowInDays }, scope) {
    const force = recoveryWindowInDays === 0;
    const window = force ? {} : { RecoveryWindowInDays: recoveryWindowInDays };
    const input = { SecretId: id, ForceDeleteWithoutRecovery: force, ...window };
    await unlessGone(
      call("DeleteSecret", input, scope),
      "ResourceNotFoundException",
      "InvalidRequestException",
    );
  },
};

/** A value of a secret; its id is `<the secret's ARN>|<version>`. */
export const secretVersion: ResourceType = {
  tokens: ["aws:secretsmanager/secretVersion:SecretVersion"],
  replaces: ["secretId", "secretString"],

  async create({ secretId, secretString }, scope) {
    const input = { SecretId: secretId, SecretString: secretString };
    const made = await call<{ ARN: string; VersionId: string }>("PutSecretValue", input, scope);
    return { id: `${made.ARN}|${made.VersionId}` };
  },

  async read(id, scope) {
    const [SecretId = "", VersionId] = id.split("|");
    const asked = call<GetSecretValueCommandOutput>("GetSecretValue", { SecretId, VersionId }, scope);
    const live = await unlessGone(asked, "ResourceNotFoundException", "InvalidRequestException");
    return (
      live && {
        arn: live.ARN,
        secretId: SecretId,
        secretString: text(live.SecretString),
        versionId: live.VersionId,
        versionStages: live.VersionStages,
      }
    );
  },

  async update() {
    // Everything that can change replaces it.
  },

  async delete() {
    // A version goes with its secret: the current one cannot be taken away. Source: the provider's page of the type.
  },
};

function call<Output>(operation: string, input: Properties, scope: Scope): Promise<Output> {
  return scope.call<Output>("secretsmanager", operation, input);
}
