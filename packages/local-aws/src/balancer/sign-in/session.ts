import { seal, unseal } from "../../services/ssm/secret.js";

/** What a browser carries once somebody is signed in. */
export interface Session {
  /** Of the rule's issuer and client: a session of another one is none here. */
  mark: string;
  claims: Record<string, unknown>;
  accessToken: string;
  refreshToken?: string;
  /** When the access token ends, and when the session does: milliseconds since the epoch. */
  accessUntil: number;
  until: number;
}

/** A browser keeps no more in one cookie. */
const shardLength = 3_900;
const mostShards = 4;

/** As values of Set-Cookie: `<name>-0` and so on, as many as it takes. Here without `Secure`: what stands for the listener speaks HTTP. */
export function sessionCookies(name: string, session: Session, key: Buffer): string[] {
  const sealed = sealed64(session, key);
  const shards = Array.from({ length: Math.ceil(sealed.length / shardLength) }, (_, index) =>
    sealed.slice(index * shardLength, (index + 1) * shardLength),
  );
  const set = (index: number, value: string, until: number) =>
    `${name}-${index}=${value}; Expires=${new Date(until).toUTCString()}; Path=/; HttpOnly`;
  return [
    ...shards.map((shard, index) => set(index, shard, session.until)),
    ...Array.from({ length: Math.max(0, 2 - shards.length) }, (_, index) =>
      set(shards.length + index, "", 0),
    ),
  ];
}

/** Undefined where there is none, it is over, or it is of another issuer or client. */
export function sessionIn(
  cookies: string | undefined,
  name: string,
  mark: string,
  key: Buffer,
  now: number,
): Session | undefined {
  const all = cookiesIn(cookies);
  const shards: string[] = [];
  for (let index = 0; index < mostShards; index++) {
    const shard = all.get(`${name}-${index}`);
    if (shard === undefined || shard === "") break;
    shards.push(shard);
  }
  const session = opened(shards.join(""), key) as Session | undefined;
  return session !== undefined && session.mark === mark && session.until > now ? session : undefined;
}

export function sealed64(value: unknown, key: Buffer): string {
  return Buffer.from(seal(JSON.stringify(value), key), "base64").toString("base64url");
}

/** Undefined for what was not sealed here, or changed since. */
export function opened(text: string, key: Buffer): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(unseal(Buffer.from(text, "base64url").toString("base64"), key));
  } catch {
    return undefined;
  }
}

export function cookiesIn(header: string | undefined): Map<string, string> {
  return new Map(
    (header ?? "").split(";").flatMap((pair): [string, string][] => {
      const at = pair.indexOf("=");
      return at < 0 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()]];
    }),
  );
}

export const nonceCookie = "AWSALBAuthNonce";
