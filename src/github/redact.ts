/** The value with every secret in its texts replaced by `***` (F28). */
export function redacted<Value>(value: Value, secrets: readonly string[]): Value {
  return replaceIn(value, secrets) as Value;
}

function replaceIn(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") {
    return secrets.reduce((text, secret) => text.replaceAll(secret, "***"), value);
  }
  if (Array.isArray(value)) return value.map((inner) => replaceIn(inner, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replaceIn(inner, secrets)]));
}
