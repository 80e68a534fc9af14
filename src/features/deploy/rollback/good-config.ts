import { isDeepStrictEqual } from "node:util";
import { kindOf } from "../../../core/project/kinds/kind-of.js";
import { parseConfig } from "../../../core/project/parse.js";
import { withStackNames } from "../../../core/project/placeholder-names.js";
import { tuneForPreview } from "../../../core/project/preview.js";
import type { Config } from "../../../core/project/schema.js";
import { MoorageError } from "../../../core/errors.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import type { DeployRequest } from "../request.js";

type Raw = DeployRequest["raw"];
type Today = Pick<DeployRequest, "stack" | "raw" | "settings">;
type Known = Pick<StackRecord, "goodConfig" | "goodSettings">;

/** The configuration of the last good deployment, as it can be used today. */
export interface GoodConfig {
  raw: Raw;
  /** What is not as it was then, in a sentence. */
  note?: string;
}

const encryption = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/** Whom to tell is nothing that runs, and may be written in plain text: it is not kept (F28). */
export function withoutAddresses({ "moorage:notify": _addresses, ...raw }: Raw): Raw {
  return raw;
}

/**
 * The configuration that ran well last, with today's addresses to tell. Where its secrets are encrypted otherwise than
 * today's (a rotated key, another passphrase: F46), nobody can decrypt them any more: today's stand in their places. Where
 * one of them has no place today, or the configuration is not understood any more (another version of Moorage), all of it
 * is today's. Undefined where it is not known.
 */
export function goodConfigOf(known: Known, today: Today): GoodConfig | undefined {
  const { goodConfig } = known;
  if (goodConfig === undefined) return undefined;
  const current = withoutAddresses(today.raw);
  if (!isUnderstood(goodConfig, today.stack)) {
    const note = "This version of Moorage cannot read its configuration, so the current one was used.";
    return { raw: current, note };
  }
  if (isEncryptedAsToday(known, today)) return { raw: goodConfig };
  const merged = withSecretsOf(goodConfig, current);
  if (isDeepStrictEqual(merged, goodConfig)) return { raw: goodConfig };
  const what = merged === missing ? "configuration was" : "secrets were";
  const note = `Secrets were encrypted anew since it ran: today's ${what} used.`;
  return { raw: merged === missing ? current : (merged as Raw), note };
}

/** The request with that configuration in place of today's; whom to tell stays today's. */
export function withGoodConfig<Some extends Pick<DeployRequest, "stack" | "raw" | "config">>(
  request: Some,
  { raw: good }: GoodConfig,
): Some {
  const { "moorage:notify": notify } = request.raw;
  const raw = { ...good, ...(notify !== undefined && { "moorage:notify": notify }) };
  return { ...request, raw, config: parsedOf(raw, request.stack) };
}

/** What is deployed, as far as it is known: that of the last deployment if it ran well, else today's. */
export function runningConfig(
  { stack, goodConfig, history }: Pick<StackRecord, "stack" | "goodConfig" | "history">,
  today: Config,
): Config {
  const isGood = history.at(-1)?.good === true;
  return isGood && goodConfig !== undefined && isUnderstood(goodConfig, stack)
    ? parsedOf(goodConfig, stack)
    : today;
}

function parsedOf(raw: Raw, stack: string): Config {
  const parsed = parseConfig(withStackNames(raw, stack), `The last good deployment of ${stack}`);
  return stackKind(stack) === "preview" ? tuneForPreview(parsed) : parsed;
}

function isUnderstood(raw: Raw, stack: string): boolean {
  try {
    parsedOf(raw, stack);
    return true;
  } catch (error) {
    if (error instanceof MoorageError) return false;
    throw error;
  }
}

/** What the record does not say is not taken for the same: it was written by an earlier version. */
function isEncryptedAsToday({ goodSettings }: Known, { settings }: Today): boolean {
  return goodSettings !== undefined && encryption.every((name) => goodSettings[name] === settings[name]);
}

/** Of the yaml's settings those that say how its secrets are encrypted. */
export function encryptionOf(settings: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    encryption.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]])),
  );
}

const missing = Symbol("a secret that today's configuration does not have");

/** The configuration with whatever stands at the places of its secrets in the other one. */
function withSecretsOf(value: unknown, other: unknown): unknown {
  if (isSecret(value)) return other ?? missing;
  if (Array.isArray(value)) {
    const items = value.map((inner, index) =>
      withSecretsOf(inner, Array.isArray(other) ? other[index] : undefined),
    );
    return items.includes(missing) ? missing : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const inside = (typeof other === "object" && other !== null ? other : {}) as Record<string, unknown>;
  const entries = Object.entries(value).map(
    ([key, inner]) => [key, withSecretsOf(inner, inside[key])] as const,
  );
  return entries.some(([, inner]) => inner === missing) ? missing : Object.fromEntries(entries);
}

function isSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "secure" in value && Object.keys(value).length === 1 && typeof value.secure === "string";
}

/** Whether both describe the same services at the same paths, ports and protocols. */
export function isSameShape(one: Pick<Config, "services">, other: Pick<Config, "services">): boolean {
  return isDeepStrictEqual(shapeOf(one), shapeOf(other));
}

function shapeOf({ services }: Pick<Config, "services">): unknown {
  return Object.fromEntries(
    Object.entries(services).map(([name, service]) => [name, kindOf(service).shapeOf(service)]),
  );
}
