/** How the engine marks a secret (pulumi: sdk/go/common/resource, SigKey and SecretSig). */
const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

/** Properties with each secret, encrypted or not, as `[secret]`. */
export function masked(properties: Record<string, unknown> | undefined): Record<string, unknown> | undefined {
  return properties && (maskedValue(properties) as Record<string, unknown>);
}

function maskedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Record<string, unknown>)[signature] === secret) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, maskedValue(inner)]));
}
