import { randomUUID } from "node:crypto";
import type * as Sdk from "@aws-sdk/client-secrets-manager";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import { seal, unseal } from "../ssm/secret.js";
import type { Store } from "../../store.js";
import { type TagPair, withTags } from "../../resources/tags.js";
import { newSecretArn, type SecretRow, Secrets, type SecretVersion } from "./secrets.js";

const dayMs = 86_400_000;
/** Bytes. Source: Secrets Manager quotas. */
const longestValue = 65_536;
const current = "AWSCURRENT";
const previous = "AWSPREVIOUS";

/** Secrets Manager without rotation and replicas. Values stand in the state only under `key` (32 bytes) (F28). */
export function createSecretsManager(uses: { store: Store; key: Buffer; now?: () => number }): AwsService {
  const rows = uses.store.table<SecretRow>("secrets");
  const secrets = new Secrets(rows, uses.store, uses.key, uses.now ?? Date.now);
  return {
    operations: {
      ...writeOperations(secrets),
      ...readOperations(secrets),
      ...deletions(secrets),
      ...tagging(secrets),
    },
  };
}

function writeOperations(secrets: Secrets): AwsService["operations"] {
  return {
    CreateSecret(input: Sdk.CreateSecretCommandInput, site: Site) {
      const name = checkedName(input.Name);
      refuseTwin(secrets.find(site, name));
      const createdAt = secrets.now();
      const row: SecretRow = {
        arn: newSecretArn(site, name),
        name,
        site,
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId }),
        tags: withTags("secretsmanager", {}, (input.Tags ?? []).map(pairOf)),
        versions: [],
        createdAt,
        changedAt: createdAt,
      };
      const VersionId =
        input.SecretString === undefined ? undefined : write(secrets, row, input.SecretString).id;
      secrets.put(row);
      return { ARN: row.arn, Name: name, VersionId };
    },
    PutSecretValue({ SecretId, SecretString }: Sdk.PutSecretValueCommandInput, site: Site) {
      const row = secrets.usable(site, SecretId);
      if (SecretString === undefined) {
        throw new AwsError(
          "InvalidParameterException",
          "You must provide either SecretString or SecretBinary.",
        );
      }
      const { id, stages } = write(secrets, row, SecretString);
      return { ARN: row.arn, Name: row.name, VersionId: id, VersionStages: stages };
    },
    UpdateSecret(input: Sdk.UpdateSecretCommandInput, site: Site) {
      const row = secrets.usable(site, input.SecretId);
      if (input.Description !== undefined) row.description = input.Description;
      if (input.KmsKeyId !== undefined) row.kmsKeyId = input.KmsKeyId;
      if (input.SecretString !== undefined) write(secrets, row, input.SecretString);
      secrets.changed();
      return { ARN: row.arn, Name: row.name };
    },
  };
}

function readOperations(secrets: Secrets): AwsService["operations"] {
  return {
    DescribeSecret({ SecretId }: Sdk.DescribeSecretCommandInput, site: Site) {
      const row = secrets.get(site, SecretId);
      return {
        ARN: row.arn,
        Name: row.name,
        Description: row.description,
        KmsKeyId: row.kmsKeyId,
        CreatedDate: new Date(row.createdAt),
        LastChangedDate: new Date(row.changedAt),
        DeletedDate: row.deletedAt === undefined ? undefined : new Date(row.deletedAt),
        Tags: Object.entries(row.tags).map(([Key, Value]) => ({ Key, Value })),
        VersionIdsToStages: Object.fromEntries(row.versions.map(({ id, stages }) => [id, stages])),
      };
    },
    GetSecretValue({ SecretId, VersionId, VersionStage }: Sdk.GetSecretValueCommandInput, site: Site) {
      const row = secrets.usable(site, SecretId);
      const stage = VersionStage ?? (VersionId === undefined ? current : undefined);
      const version = row.versions.find(
        ({ id, stages }) => (VersionId ?? id) === id && (stage === undefined || stages.includes(stage)),
      );
      if (version === undefined) {
        throw new AwsError(
          "ResourceNotFoundException",
          `Secrets Manager can't find the specified secret value for ${stage ? "staging label" : "VersionId"}: ${stage ?? VersionId ?? ""}`,
        );
      }
      const { id, stages, value } = version;
      const SecretString = unseal(value, secrets.key);
      return { ARN: row.arn, Name: row.name, VersionId: id, VersionStages: stages, SecretString };
    },
  };
}

function deletions(secrets: Secrets): AwsService["operations"] {
  return {
    DeleteSecret(input: Sdk.DeleteSecretCommandInput, site: Site) {
      const { ForceDeleteWithoutRecovery: force = false, RecoveryWindowInDays: days = 30 } = input;
      const row = secrets.usable(site, input.SecretId);
      if (!force && (days < 7 || days > 30)) {
        throw new AwsError(
          "InvalidParameterException",
          "RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        );
      }
      row.deletedAt = secrets.now();
      row.goneAt = row.deletedAt + (force ? 0 : days * dayMs);
      if (force) secrets.remove(row);
      secrets.changed();
      return { ARN: row.arn, Name: row.name, DeletionDate: new Date(row.goneAt) };
    },
    RestoreSecret({ SecretId }: Sdk.RestoreSecretCommandInput, site: Site) {
      const row = secrets.get(site, SecretId);
      delete row.deletedAt;
      delete row.goneAt;
      secrets.changed();
      return { ARN: row.arn, Name: row.name };
    },
  };
}

function tagging(secrets: Secrets): AwsService["operations"] {
  return {
    TagResource({ SecretId, Tags = [] }: Sdk.TagResourceCommandInput, site: Site) {
      const row = secrets.usable(site, SecretId);
      row.tags = withTags("secretsmanager", row.tags, Tags.map(pairOf));
      secrets.changed();
      return {};
    },
    UntagResource({ SecretId, TagKeys = [] }: Sdk.UntagResourceCommandInput, site: Site) {
      const { tags } = secrets.usable(site, SecretId);
      for (const key of TagKeys) Reflect.deleteProperty(tags, key);
      secrets.changed();
      return {};
    },
  };
}

function pairOf({ Key = "", Value = "" }: Sdk.Tag): TagPair {
  return [Key, Value];
}

/** The newest is AWSCURRENT, the one before it AWSPREVIOUS; older ones have no stage, and are gone. */
function write(secrets: Secrets, row: SecretRow, plain: string): SecretVersion {
  if (Buffer.byteLength(plain) > longestValue) {
    throw new AwsError("InvalidParameterException", `A secret's value has at most ${longestValue} bytes.`);
  }
  const version = { id: randomUUID(), stages: [current], value: seal(plain, secrets.key) };
  const before = row.versions.find(({ stages }) => stages.includes(current));
  row.versions = [...(before ? [{ ...before, stages: [previous] }] : []), version];
  row.changedAt = secrets.now();
  secrets.changed();
  return version;
}

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html (Name) */
function checkedName(name = ""): string {
  if (/^[\w/+=.@-]{1,512}$/.test(name)) return name;
  throw new AwsError(
    "ValidationException",
    "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
  );
}

function refuseTwin(twin: SecretRow | undefined): void {
  if (twin === undefined) return;
  if (twin.deletedAt === undefined) {
    throw new AwsError(
      "ResourceExistsException",
      `The operation failed because the secret ${twin.name} already exists.`,
    );
  }
  throw new AwsError(
    "InvalidRequestException",
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );
}
