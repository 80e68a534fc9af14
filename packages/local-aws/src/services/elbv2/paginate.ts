import { AwsError } from "../../cloud.js";

/** One page of a Describe call: AWS's pages hold 400 items unless fewer are asked for; the marker is opaque. */
export function elbv2Page<T>(
  items: T[],
  asked: { Marker?: string; PageSize?: number },
): { items: T[]; next: string | undefined } {
  const size = asked.PageSize ?? 400;
  const start = asked.Marker === undefined ? 0 : offset(asked.Marker);
  const end = start + size;
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(String(end)).toString("base64") : undefined,
  };
}

function offset(marker: string): number {
  const start = Number(Buffer.from(marker, "base64").toString());
  if (Number.isInteger(start) && start >= 0) return start;
  throw new AwsError("ValidationError", `Invalid marker '${marker}'`);
}
