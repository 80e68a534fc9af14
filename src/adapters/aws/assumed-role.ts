import { attemptBounds, boundCalls, type CallBounds } from "./call-bound.js";
import { classify } from "./errors.js";
import { traceCalls } from "./trace-calls.js";
import type { Trace } from "../../core/trace.js";

interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Where STS is, and what bounds its calls. */
interface StsPlace extends CallBounds {
  region: string;
  endpoint?: string;
  attemptMs: number;
  trace?: Trace | undefined;
}

/** What the SDK's clients ask for credentials. */
type Credentials = () => Promise<Identity>;

/** A role that is assumed before AWS is called, in the words of the provider's `aws:assumeRoles`. */
export interface AssumedRole {
  roleArn: string;
  sessionName?: string;
  externalId?: string;
  /** Seconds; AWS's hour unless given. */
  durationSeconds?: number;
}

/**
 * Credentials of the last of the roles, each assumed with those of the one before, the first with the SDK's own; undefined
 * without roles. Chained sessions last an hour at most (IAM, "Role chaining"). `endpoint` is STS's, where it is not AWS's.
 */
export function assumed(roles: readonly AssumedRole[], place: StsPlace): Credentials | undefined {
  return roles.reduce<Credentials | undefined>(
    (credentials, role) => remembered(() => assume(role, place, credentials)),
    undefined,
  );
}

/** Asked for anew this long before they end, as the SDK does. Milliseconds. */
const marginMs = 5 * 60_000;

/** All clients share one session until it is about to end. */
function remembered(ask: Credentials): Credentials {
  let known: Promise<Identity> | undefined;
  return async () => {
    const identity = await known?.catch(() => undefined);
    if (identity && (identity.expiration?.getTime() ?? Infinity) > Date.now() + marginMs) return identity;
    known = ask();
    return known;
  };
}

async function assume(
  { roleArn, sessionName = "moorage", externalId, durationSeconds }: AssumedRole,
  place: StsPlace,
  credentials: Credentials | undefined,
): Promise<Identity> {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const { attemptMs, callMs, signal, trace, ...connection } = place;
  const requestHandler = attemptBounds(attemptMs);
  const options = { ...connection, ...(credentials && { credentials }), requestHandler, maxAttempts: 5 };
  const sts = boundCalls(traceCalls(new STSClient(options), "STS", trace), "STS", { callMs, signal });
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    ExternalId: externalId,
    DurationSeconds: durationSeconds,
  });
  try {
    return identityOf((await sts.send(command)).Credentials);
  } catch (error) {
    throw classify(error, `assume the role ${roleArn}`);
  } finally {
    sts.destroy();
  }
}

function identityOf(
  given: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string; Expiration?: Date } = {},
): Identity {
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken, Expiration } = given;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken !== undefined && { sessionToken: SessionToken }),
    ...(Expiration !== undefined && { expiration: Expiration }),
  };
}
