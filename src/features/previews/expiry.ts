/** When a preview that was deployed at `now` expires. `ttl` in milliseconds. */
export function expiryOf(now: Date, ttl: number): Date {
  return new Date(now.getTime() + ttl);
}

/** Without a date a preview does not expire by time. */
export function isExpired(expiresAt: string | undefined, now: Date): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();
}
