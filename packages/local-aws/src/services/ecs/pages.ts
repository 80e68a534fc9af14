import { invalid } from "./errors.js";

/** One page of a list and the token of the next one. Throws InvalidParameterException on a token that is not ours. */
export function ecsPage<Item>(
  items: Item[],
  { nextToken, maxResults }: { nextToken?: string; maxResults?: number },
  largest = 100,
): { items: Item[]; nextToken?: string } {
  const from = nextToken === undefined ? 0 : positionOf(nextToken);
  const size = Math.min(maxResults ?? largest, largest);
  if (size < 1) throw invalid("maxResults must be at least 1.");
  const end = from + size;
  return { items: items.slice(from, end), ...(end < items.length && { nextToken: tokenOf(end) }) };
}

function tokenOf(position: number): string {
  return Buffer.from(`from:${position}`).toString("base64url");
}

function positionOf(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, "base64url").toString());
  if (match?.[1] === undefined) throw invalid("Invalid token.");
  return Number(match[1]);
}
