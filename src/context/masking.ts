import type { EngineListener } from "../adapters/engine/listeners.js";
import { parseAddress } from "../adapters/notify/address.js";
import type { Reporter } from "../core/reporter.js";

/**
 * Masks what the engine decrypts for a program before the program's first line runs, and so before anything about it can be
 * printed (F28).
 */
export function maskingListener(reporter: Pick<Reporter, "mask">): EngineListener {
  return {
    onProgram({ spec, config }) {
      for (const secret of secretsIn(spec.config, config)) maskSecret(reporter, secret);
    },
  };
}

/** Masks a secret; of an address also the key before its host, which is sent by itself. */
export function maskSecret({ mask }: Pick<Reporter, "mask">, secret: string): void {
  mask?.(secret);
  const key = parseAddress(secret)?.key;
  if (key !== undefined) mask?.(key);
}

/** Whatever stands under `secure:` in a stack's configuration, as the engine decrypted it (objects arrive as JSON). */
export function secretsIn(config: Record<string, unknown>, decrypted: Record<string, string>): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const text = decrypted[key];
    if (text === undefined) return [];
    return isSecure(value) ? [text] : secretsAt(value, parsedJson(text));
  });
}

function secretsAt(encrypted: unknown, plain: unknown): string[] {
  if (isSecure(encrypted)) return [typeof plain === "string" ? plain : JSON.stringify(plain)];
  if (!isObject(encrypted) || !isObject(plain)) return [];
  return Object.entries(encrypted).flatMap(([key, inner]) => secretsAt(inner, plain[key]));
}

function isSecure(value: unknown): boolean {
  return isObject(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
