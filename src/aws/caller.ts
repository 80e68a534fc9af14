import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** Who calls AWS, and until when. */
export interface Caller {
  account: string;
  arn: string;
  /** When the credentials end; undefined for those that do not, or do not say so. */
  expiresAt: Date | undefined;
}

export async function callerNow(clients: AwsClients): Promise<Caller> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = await clients.sts();
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const { expiration } = await sts.config.credentials();
    return { account: Account, arn: Arn, expiresAt: expiration };
  } catch (error) {
    throw classify(error, "tell who is calling");
  }
}
