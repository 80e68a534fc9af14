import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import type { Pairs } from "../headers.js";
import type { SignInSettings } from "./issuers.js";
import type { Session } from "./session.js";

const claimsMs = 120_000;

/**
 * Signs what apps are told of who is signed in. The public key is at `public-keys.auth.elb.<region>.amazonaws.com/<key id>`; here too,
 * at the load balancer's port under that host.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html#user-claims-encoding
 */
export class ClaimSigner {
  readonly keyId = randomUUID();
  private readonly privateKey: KeyObject;
  private readonly publicKey: KeyObject;

  constructor() {
    ({ privateKey: this.privateKey, publicKey: this.publicKey } = generateKeyPairSync("ec", {
      namedCurve: "P-256",
    }));
  }

  /** PEM; undefined for a request that is not for it. */
  keyAt(host: string, path: string): string | undefined {
    const isHost = /^public-keys\.auth\.elb\.[a-z0-9-]+\.amazonaws\.com$/.test(host);
    if (!isHost || path !== `/${this.keyId}`) return undefined;
    return this.publicKey.export({ type: "spki", format: "pem" }).toString();
  }

  headers(
    { claims, accessToken }: Session,
    { issuer, clientId }: SignInSettings,
    loadBalancerArn: string,
    now: number,
  ): Pairs {
    const exp = Math.floor((now + claimsMs) / 1000);
    const header = {
      typ: "JWT",
      kid: this.keyId,
      alg: "ES256",
      iss: issuer,
      client: clientId,
      signer: loadBalancerArn,
      exp,
    };
    const signed = `${padded(JSON.stringify(header))}.${padded(JSON.stringify({ ...claims, exp, iss: issuer }))}`;
    const signature = sign("sha256", Buffer.from(signed), {
      key: this.privateKey,
      dsaEncoding: "ieee-p1363",
    });
    return [
      ["x-amzn-oidc-accesstoken", accessToken],
      ["x-amzn-oidc-identity", typeof claims["sub"] === "string" ? claims["sub"] : ""],
      ["x-amzn-oidc-data", `${signed}.${padded(signature)}`],
    ];
  }
}

/** With its padding, which the load balancer leaves there. */
function padded(value: string | Buffer): string {
  const text = Buffer.from(value).toString("base64url");
  return text.padEnd(Math.ceil(text.length / 4) * 4, "=");
}

/** Headers of the client's that say who it is are not passed on where the load balancer says it. */
export function withoutClaims(headers: Pairs): Pairs {
  return headers.filter(([name]) => !name.toLowerCase().startsWith("x-amzn-oidc-"));
}
