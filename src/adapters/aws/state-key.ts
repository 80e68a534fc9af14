import type { KMSClient, KeyMetadata } from "@aws-sdk/client-kms";
import { setTimeout as delay } from "node:timers/promises";
import { badRequest } from "../../core/errors.js";
import { codeOf, unlessAbsent } from "./errors.js";
import { ownKeys } from "./lookup/storage.js";

export interface StateKey {
  arn: string;
  made: boolean;
}

const waitingDays = 7;
const aliasTag = "moorage:alias";

/** KMS shows a new alias some seconds later. Source: KMS developer guide, "Eventual consistency". */
const looks = 10;

/**
 * The KMS key behind `alias/<alias>`, whosesoever, and made when there is none, with yearly rotation. One that a killed run has
 * made and not named is named, or whose alias was deleted; what a lost answer or two runs at once made twice is on its way to
 * deletion, because a key is paid for by the month. A key that was there before is never changed or deleted: a state may be
 * encrypted with it. Raises a bad request, `key-unusable`, for a key that is disabled or on its way to deletion.
 */
export async function ensureStateKey(
  kms: KMSClient,
  alias: string,
  { pauseMs } = { pauseMs: 1_000 },
): Promise<StateKey> {
  const found = await find(kms, alias);
  if (found) return { arn: usable(found, alias), made: false };
  const [left] = await unnamed(kms, alias);
  const key = left ?? (await create(kms, alias));
  const made = await name(kms, alias, key.KeyId);
  const named = made ? key : await findSoon(kms, alias, pauseMs);
  if (left === undefined && named !== undefined) await discard(kms, alias, named);
  return { arn: usable(named, alias), made };
}

async function create(kms: KMSClient, alias: string): Promise<KeyMetadata> {
  const { CreateKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: "Secrets in Pulumi's state (Moorage)",
      Tags: [{ TagKey: aliasTag, TagValue: alias }],
    }),
  );
  return KeyMetadata ?? { KeyId: undefined };
}

/** Usable keys that were made for this alias, by their tag, and have no name; the oldest first. */
async function unnamed(kms: KMSClient, alias: string): Promise<KeyMetadata[]> {
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const { own } = await ownKeys(kms, (tags) => tags.get(aliasTag) === alias);
  const left: KeyMetadata[] = [];
  for (const KeyId of own) {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyState === "Enabled" && !(await hasAlias(kms, KeyId))) left.push(KeyMetadata);
  }
  const age = ({ CreationDate, KeyId = "" }: KeyMetadata) => `${CreationDate?.toISOString() ?? ""} ${KeyId}`;
  return left.sort((a, b) => (age(a) < age(b) ? -1 : 1));
}

async function hasAlias(kms: KMSClient, KeyId: string): Promise<boolean> {
  const { paginateListAliases } = await import("@aws-sdk/client-kms");
  for await (const { Aliases = [] } of paginateListAliases({ client: kms }, { KeyId })) {
    if (Aliases.length > 0) return true;
  }
  return false;
}

/** What was made for the alias and is not what it names. Another run may be ahead of this one. */
async function discard(kms: KMSClient, alias: string, named: KeyMetadata): Promise<void> {
  const { ScheduleKeyDeletionCommand } = await import("@aws-sdk/client-kms");
  for (const { KeyId } of await unnamed(kms, alias)) {
    // KMS may not show our new alias in its list yet.
    if (KeyId === named.KeyId) continue;
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

/** Of an alias that KMS says exists. */
async function findSoon(kms: KMSClient, alias: string, pauseMs: number): Promise<KeyMetadata | undefined> {
  for (let look = 1; look < looks; look++) {
    const found = await find(kms, alias);
    if (found) return found;
    await delay(pauseMs);
  }
  return find(kms, alias);
}

/** False when another run has given the name away meanwhile, and may have discarded our key, which is then not needed. */
async function name(kms: KMSClient, alias: string, KeyId: string | undefined): Promise<boolean> {
  const { CreateAliasCommand, EnableKeyRotationCommand } = await import("@aws-sdk/client-kms");
  try {
    await kms.send(new EnableKeyRotationCommand({ KeyId }));
    await kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: KeyId }));
    return true;
  } catch (error) {
    if (["AlreadyExistsException", "KMSInvalidStateException"].includes(codeOf(error) ?? "")) return false;
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
