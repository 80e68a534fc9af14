import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** Who calls AWS, and until when. */
export interface Caller {
  account: string;
  arn: string;
  /** When the credentials end; undefined for those that do not, or do not say so. */
  expiresAt: Date | undefined;
}

/** When the credentials in use end; undefined for those that do not, or do not say so. Asks nobody but their source. */
export async function credentialsEnd(clients: AwsClients): Promise<Date | undefined> {
  const ecs = await clients.ecs();
  try {
    return (await ecs.config.credentials()).expiration;
  } catch (error) {
    throw classify(error, "find credentials");
  }
}

export async function callerNow(clients: AwsClients): Promise<Caller> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = await clients.sts();
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const { expiration } = await sts.config.credentials();
    return { account: Account, arn: Arn, expiresAt: expiration };
  } catch (error) {
    throw classify(error, "read the caller's identity");
  }
}
