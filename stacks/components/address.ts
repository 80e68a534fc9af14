/** How a listener is reached from outside. */
export interface Entrance {
  scheme: "http" | "https";
  listenerPort: number;
}

/** `https://pr-42.preview.example.com/`, `http://pr-42.localhost:8080/`. */
export function urlOf(host: string, { scheme, listenerPort }: Entrance, path = "/"): string {
  const port = listenerPort === (scheme === "https" ? 443 : 80) ? "" : `:${listenerPort}`;
  return `${scheme}://${host}${port}${path}`;
}

/** Where a service begins: the first of its patterns, up to its wildcard. `/api/*` gives `/api/`. */
export function entryPath(patterns: readonly string[]): string {
  return /^[^*?]*/.exec(patterns[0] ?? "/")?.[0] ?? "/";
}
