import type { KMSClient, KeyMetadata } from "@aws-sdk/client-kms";
import { badRequest } from "../errors.js";
import { codeOf, unlessAbsent } from "./errors.js";
import { ownKeys } from "./lookup/storage.js";

export interface StateKey {
  arn: string;
  made: boolean;
}

const waitingDays = 7;
const aliasTag = "moorage:alias";

/**
 * The KMS key behind `alias/<alias>`, made when there is none, with yearly rotation. One that a killed run has made and not
 * named is named; what a lost answer made twice in this run is on its way to deletion, because a key is paid for by the
 * month. An older key is never deleted: a state may be encrypted with it. Raises a bad request for a key that is disabled or
 * on its way to deletion.
 */
export async function ensureStateKey(kms: KMSClient, alias: string): Promise<StateKey> {
  const found = await find(kms, alias);
  if (found) return { arn: usable(found, alias), made: false };
  const { EnableKeyRotationCommand } = await import("@aws-sdk/client-kms");
  const [left] = await unnamed(kms, alias, undefined);
  const KeyId = left ?? (await create(kms, alias));
  await kms.send(new EnableKeyRotationCommand({ KeyId }));
  const made = await name(kms, alias, KeyId);
  const named = await find(kms, alias);
  if (left === undefined) await discard(kms, await unnamed(kms, alias, named?.KeyId));
  return { arn: usable(named, alias), made };
}

async function create(kms: KMSClient, alias: string): Promise<string> {
  const { CreateKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: "Secrets in Pulumi's state (Moorage)",
      Tags: [{ TagKey: aliasTag, TagValue: alias }],
    }),
  );
  return KeyMetadata?.KeyId ?? "";
}

/** Keys that were made for this alias, by their tag, and have no name. */
async function unnamed(kms: KMSClient, alias: string, known: string | undefined): Promise<string[]> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const { own } = await ownKeys(kms, (tags) => tags.get(aliasTag) === alias);
  const left: string[] = [];
  for (const KeyId of own.filter((id) => id !== known)) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState !== "PendingDeletion" && !(await hasAlias(kms, KeyId))) left.push(KeyId);
  }
  return left.sort();
}

async function hasAlias(kms: KMSClient, KeyId: string): Promise<boolean> {
  const { paginateListAliases } = await import("@aws-sdk/client-kms");
  for await (const { Aliases = [] } of paginateListAliases({ client: kms }, { KeyId })) {
    if (Aliases.length > 0) return true;
  }
  return false;
}

/** Of keys that this run has made. Another run may be ahead of it. */
async function discard(kms: KMSClient, keys: readonly string[]): Promise<void> {
  const { ScheduleKeyDeletionCommand } = await import("@aws-sdk/client-kms");
  for (const KeyId of keys) {
    await unlessAbsent(
      kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: waitingDays })),
      "KMSInvalidStateException",
    );
  }
}

async function find(kms: KMSClient, alias: string): Promise<KeyMetadata | undefined> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const KeyId = `alias/${alias}`;
  const answer = await unlessAbsent(kms.send(new DescribeKeyCommand({ KeyId })), "NotFoundException");
  return answer?.KeyMetadata;
}

/** False when another run has given the name away meanwhile; our key is then not needed. */
async function name(kms: KMSClient, alias: string, KeyId: string | undefined): Promise<boolean> {
  const { CreateAliasCommand } = await import("@aws-sdk/client-kms");
  try {
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: KeyId }));
    return true;
  } catch (error) {
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
