import { createHmac, timingSafeEqual } from "node:crypto";

/** As long as ECR's own. */
const passwordLifetimeMs = 12 * 60 * 60 * 1000;
/** As long as the links are that ECR hands out for layers. */
const linkLifetimeMs = 60 * 60 * 1000;

/** What lets callers into one home's local target. All of it follows from the home's token, which its owner alone can read. */
export class Credentials {
  constructor(private readonly token: string) {}

  /** Goes with every access key id: that names the account. 40 characters, as AWS's own. */
  get secretAccessKey(): string {
    return this.derive("aws").slice(0, 40);
  }

  /** What the played GitHub takes. */
  get githubToken(): string {
    return this.derive("github");
  }

  /** Proves knowledge of the token without telling it: to whoever asks, and to whoever answers. */
  proof(of: "answer" | "request" | "time", text: string): string {
    return this.derive(`${of}\n${text}`);
  }

  /** Of the registry's user `AWS`, as ECR's GetAuthorizationToken gives it. */
  registryPassword(now: number): { password: string; expiresAt: Date } {
    const expires = now + passwordLifetimeMs;
    return { password: `${expires}.${this.derive(`registry\n${expires}`)}`, expiresAt: new Date(expires) };
  }

  /** The `Authorization` header of the registry's user. */
  registryAuthorization(now: number = Date.now()): string {
    return `Basic ${Buffer.from(`AWS:${this.registryPassword(now).password}`).toString("base64")}`;
  }

  checkRegistryPassword(password: string, now: number): "expired" | "valid" | "wrong" {
    const [expires = "", proof = ""] = password.split(".");
    if (!isSame(proof, this.derive(`registry\n${expires}`))) return "wrong";
    return now < Number(expires) ? "valid" : "expired";
  }

  /** A blob's path with what lets its reader in, without a login, for an hour. */
  blobLink(path: string, now: number): string {
    const expires = String(now + linkLifetimeMs);
    return `${path}?${new URLSearchParams({ expires, signature: this.derive(`blob\n${path}\n${expires}`) })}`;
  }

  isBlobLink(path: string, query: URLSearchParams, now: number): boolean {
    const expires = query.get("expires") ?? "";
    const isOurs = isSame(query.get("signature") ?? "", this.derive(`blob\n${path}\n${expires}`));
    return isOurs && now < Number(expires);
  }

  private derive(purpose: string): string {
    return createHmac("sha256", this.token).update(purpose).digest("base64url");
  }
}

/** Compares secrets without telling, by the time that it takes, how far they agree. */
export function isSame(given: string, wanted: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}
