export interface ByteRange {
  start: number;
  /** Inclusive, as in HTTP. */
  end: number;
}

/**
 * A `Range` header against a body of `size` bytes (RFC 9110, 14.1): the range, `undefined` when the whole body is to
 * be sent (none asked, several, or another unit), `"unsatisfiable"` when nothing of it exists.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  const start = first === "" ? Math.max(size - Number(last), 0) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? "unsatisfiable" : { start, end };
}

/** The first byte of a chunk by its `Content-Range: 0-99` (the OCI form, with or without `bytes`); undefined without one. */
export function chunkOffset(header: string | undefined): number | undefined {
  const match = /^(?:bytes[ =])?(\d+)-\d+(?:\/.*)?$/.exec(header ?? "");
  return match ? Number(match[1]) : undefined;
}
