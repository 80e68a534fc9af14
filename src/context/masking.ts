import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { Engine, StackSpec, UpOptions } from "../adapters/engine/engine.js";
import { parseAddress } from "../adapters/notify/address.js";
import type { Reporter } from "../core/reporter.js";

/**
 * The same engine; what it decrypts for a program is masked before the program's first line runs, and so before anything
 * about it can be printed (F28). Costs nothing: the engine hands every program its configuration decrypted.
 */
export function maskingEngine(engine: Engine, host: Pick<Reporter, "mask">): Engine {
  const masking = (spec: StackSpec, options: UpOptions): UpOptions => ({
    ...options,
    program: maskingProgram(spec, options.program, host),
  });
  return {
    ...engine,
    up: (spec, options) => engine.up(spec, masking(spec, options)),
    preview: (spec, options) => engine.preview(spec, masking(spec, options)),
    get processes() {
      return engine.processes;
    },
  };
}

function maskingProgram(spec: StackSpec, program: PulumiFn, host: Pick<Reporter, "mask">): PulumiFn {
  return async () => {
    const { runtime } = await import("@pulumi/pulumi");
    for (const secret of secretsIn(spec.config, runtime.allConfig())) maskSecret(host, secret);
    return program();
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
