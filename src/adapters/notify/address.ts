/** Where a channel is reached. It is never shown: a webhook's URL is as secret as a key. */
export interface Address {
  url: string;
  /** What stands before the `@`, decoded: a token, a key, `user:password`. */
  key: string | undefined;
}

/**
 * An address as it is configured: a URL, its key before the host as in `https://<key>@host`, or a key alone, for which
 * `service` is where it is used. Undefined where it is neither.
 */
export function parseAddress(text: string, service?: string): Address | undefined {
  const trimmed = text.trim();
  if (!trimmed.includes("://"))
    return service && /^\S+$/.test(trimmed) ? { url: service, key: trimmed } : undefined;
  if (!URL.canParse(trimmed)) return undefined;
  const url = new URL(trimmed);
  if (url.protocol !== "https:" && !isLoopback(url)) return undefined;
  const userInfo = url.password === "" ? url.username : `${url.username}:${url.password}`;
  url.username = "";
  url.password = "";
  return { url: url.href, key: userInfo === "" ? undefined : decodeURIComponent(userInfo) };
}

/** Plain HTTP would expose a key, so it is allowed only for this machine. */
function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && (hostname === "127.0.0.1" || hostname === "localhost");
}
