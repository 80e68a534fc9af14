import { withKmsContext } from "../core/project/encryption.js";

/** What a preview takes over of its base environment's file. */
export interface Inherited {
  raw: Record<string, unknown>;
  settings: Record<string, string>;
  /** `secure:` values that it does not: by key, as in `datadog:apiKey` or `moorage:notify.slack`. */
  omitted: string[];
}

/**
 * A base environment's secrets are not a preview's: none of its `secure:` values, and not the key that they are encrypted with.
 * With KMS a preview's own secrets are encrypted under a context of its own, which is all that the role of previews decrypts.
 */
export function inheritedFrom(
  base: { config: Record<string, unknown>; settings: Record<string, string> },
  owner: { project: string; stack: string },
): Inherited {
  const omitted: string[] = [];
  const raw = withoutSecure(base.config, "", omitted) as Record<string, unknown>;
  const provider = base.settings["secretsprovider"];
  const settings: Record<string, string> =
    provider === undefined ? {} : { secretsprovider: withKmsContext(provider, owner) };
  return { raw, settings, omitted };
}

function withoutSecure(value: unknown, path: string, omitted: string[]): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((one, index) =>
      isSecure(one) ? omit(`${path}[${index}]`, omitted) : [withoutSecure(one, `${path}[${index}]`, omitted)],
    );
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const at = path === "" ? key : `${path}.${key}`;
    if (isSecure(inner)) return omit(at, omitted);
    return [[key, withoutSecure(inner, at, omitted)]];
  });
  return Object.fromEntries(entries);
}

function omit(path: string, omitted: string[]): [] {
  omitted.push(path);
  return [];
}

function isSecure(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const entries = Object.entries(value);
  return entries.length === 1 && entries[0]?.[0] === "secure" && typeof entries[0][1] === "string";
}
