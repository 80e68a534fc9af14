import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { isObject, type Properties } from "./values.js";

/**
 * Plain values from the wire. Nulls stand for "not given" in Pulumi and are dropped.
 * There are no secrets here: this provider tells the engine that it does not take them, and the engine then strips them from what
 * it sends and marks the same properties in what comes back (`annotateSecrets` in the engine's provider_plugin.go).
 */
export function decode(properties: struct.Struct | undefined): Properties {
  return (withoutGaps(properties?.toJavaScript() ?? {}) ?? {}) as Properties;
}

export function encode(properties: Properties): struct.Struct {
  return struct.Struct.fromJavaScript(
    withoutGaps(properties) as Parameters<typeof struct.Struct.fromJavaScript>[0],
  );
}

function withoutGaps(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map(withoutGaps);
  if (!isObject(value)) return value;
  const given = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return Object.fromEntries(given.map(([key, item]) => [key, withoutGaps(item)]));
}
