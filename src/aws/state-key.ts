import type { KMSClient, KeyMetadata } from "@aws-sdk/client-kms";
import { badRequest } from "../errors.js";
import { codeOf, unlessAbsent } from "./errors.js";

export interface StateKey {
  arn: string;
  made: boolean;
}

const waitingDays = 7;

/**
 * The KMS key behind `alias/<alias>`, made when there is none, with yearly rotation. Raises a bad request for a key that
 * is disabled or on its way to deletion: a state that is encrypted with it could not be read.
 */
export async function ensureStateKey(kms: KMSClient, alias: string): Promise<StateKey> {
  const found = await find(kms, alias);
  if (found) return { arn: usable(found, alias), made: false };
  const { CreateKeyCommand, EnableKeyRotationCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata: key } = await kms.send(
    new CreateKeyCommand({
      Description: "Secrets in Pulumi's state (Moorage)",
      Tags: [{ TagKey: "moorage:alias", TagValue: alias }],
    }),
  );
  const KeyId = key?.KeyId;
  await kms.send(new EnableKeyRotationCommand({ KeyId }));
  const named = await name(kms, alias, KeyId);
  return { arn: usable(named ? key : await find(kms, alias), alias), made: named };
}

async function find(kms: KMSClient, alias: string): Promise<KeyMetadata | undefined> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const KeyId = `alias/${alias}`;
  const answer = await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId })), "NotFoundException");
  return answer?.KeyMetadata;
}

/** False when another run has given the name away meanwhile; our key is then not needed. */
async function name(kms: KMSClient, alias: string, KeyId: string | undefined): Promise<boolean> {
  const { CreateAliasCommand, ScheduleKeyDeletionCommand } = await import("@aws-sdk/client-kms");
  try {
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: KeyId }));
    return true;
  } catch (error) {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: waitingDays }));
    if (codeOf(error) === "AlreadyExistsException") return false;
    throw error;
  }
}

function usable(key: KeyMetadata | undefined, alias: string): string {
  if (key?.Arn !== undefined && key.Enabled === true) return key.Arn;
  throw badRequest(
    "key-unusable",
    `The KMS key alias/${alias} cannot be used: it is ${key?.KeyState ?? "not there"}.`,
    "Enable it (or cancel its deletion) in KMS, or give another --alias.",
  );
}
