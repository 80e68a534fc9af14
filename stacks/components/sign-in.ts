import { getSecretVersion } from "@pulumi/aws/secretsmanager/getSecretVersion.js";
import type { ListenerRuleArgs } from "@pulumi/aws/lb/listenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import type { Auth } from "../../src/core/project/auth-schema.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import { referencesMissing, type Missing } from "../../src/core/project/references-missing.js";
import { isPlain } from "./listeners.js";
import { reasonIn } from "./look-up.js";
import type { ResolvedFoundation } from "./surroundings.js";
import { asRunError } from "./told.js";

type Action = pulumi.Unwrap<ListenerRuleArgs["actions"]>[number];

/** By service, what its issuer knows the load balancer by. */
export type ClientSecrets = Readonly<Record<string, pulumi.Output<string>>>;

/** Signs people in before the next action. */
export function signInAction(auth: Auth, secret: pulumi.Output<string> | undefined): pulumi.Input<Action> {
  const { oidc, cognito, cookie, timeout, scope, parameters, unauthenticated } = auth;
  const common = {
    ...(cookie !== undefined && { sessionCookieName: cookie }),
    sessionTimeout: timeout,
    scope,
    ...(parameters !== undefined && { authenticationRequestExtraParams: parameters }),
    onUnauthenticatedRequest: unauthenticated,
  };
  if (oidc !== undefined) {
    const { clientSecret: _reference, ...endpoints } = oidc;
    // An output among plain values: the engine keeps it encrypted, and shows [secret].
    const clientSecret = secret as unknown as string;
    return {
      type: "authenticate-oidc",
      order: 1,
      authenticateOidc: { ...endpoints, clientSecret, ...common },
    };
  }
  if (cognito === undefined) throw new Error("The configuration's schema lets `auth` without an issuer pass");
  const { userPool, clientId, domain } = cognito;
  return {
    type: "authenticate-cognito",
    order: 1,
    authenticateCognito: {
      userPoolArn: userPool,
      userPoolClientId: clientId,
      userPoolDomain: domain,
      ...common,
    },
  };
}

/**
 * Reads them before anything is declared: a resource with an input that could not be read is one that the engine waits for without
 * end. Raises `references-missing`, which names all of them.
 */
export async function readClientSecrets(
  services: Readonly<Record<string, ServiceConfig>>,
): Promise<ClientSecrets> {
  const missing: Missing[] = [];
  const read = Object.entries(services).map(async ([service, settings]) => {
    const reference = settings.kind === "web" ? settings.auth?.oidc?.clientSecret : undefined;
    if (reference === undefined) return [];
    try {
      return [[service, pulumi.secret(await clientSecretAt(reference))]];
    } catch (error) {
      const path = ["services", service, "auth", "oidc", "clientSecret"];
      missing.push({ path, name: reference, problem: reasonIn(error) });
      return [];
    }
  });
  const found = (await Promise.all(read)).flat() as [string, pulumi.Output<string>][];
  if (missing.length > 0) {
    const inOrder = missing.toSorted((a, b) => (a.path.join() < b.path.join() ? -1 : 1));
    throw asRunError(referencesMissing(pulumi.getStack(), inOrder));
  }
  return Object.fromEntries(found);
}

/** What a secret holds, or one JSON key of it: `arn:...:secret:name-AbCdEf:KEY:STAGE:VERSION`. */
async function clientSecretAt(reference: string): Promise<string> {
  const parts = reference.split(":");
  const secretId = parts.slice(0, 7).join(":");
  const [key = "", versionStage = "", versionId = ""] = parts.slice(7);
  const { secretString } = await getSecretVersion({
    secretId,
    ...(versionStage !== "" && { versionStage }),
    ...(versionId !== "" && { versionId }),
  });
  if (secretString === "") throw new pulumi.RunError(`The secret ${secretId} holds no text.`);
  return key === "" ? secretString : valueOf(secretString, key, secretId);
}

/** One key of a secret that holds JSON. Raises an error that names the key alone: what stands beside it is secret. */
export function valueOf(text: string, key: string, secretId: string): string {
  const value = read(text)[key];
  if (typeof value === "string" && value !== "") return value;
  throw new pulumi.RunError(`The secret ${secretId} has no text at the JSON key ${key}.`);
}

function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** Source: Elastic Load Balancing, "Authenticate users": the listener must be HTTPS. */
export function signInUnencrypted(
  services: Readonly<Record<string, ServiceConfig>>,
  surroundings: Pick<ResolvedFoundation, "scheme" | "isStandIn" | "further">,
): string | undefined {
  if (surroundings.isStandIn) return undefined;
  const found = Object.entries(services).find(
    ([, service]) => service.kind === "web" && service.auth !== undefined && isPlain(service, surroundings),
  );
  return (
    found &&
    `moorage:services.${found[0]}.auth is possible only behind an HTTPS listener, and this foundation's speaks HTTP.`
  );
}
