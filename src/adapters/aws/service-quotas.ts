import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** How much of something an account may have in its region: the applied quota, else AWS's default. */
export async function accountQuota(
  clients: AwsClients,
  ServiceCode: string,
  QuotaCode: string,
): Promise<number> {
  const { GetAWSDefaultServiceQuotaCommand, GetServiceQuotaCommand } =
    await import("@aws-sdk/client-service-quotas");
  const quotas = await clients.serviceQuotas();
  const asked = { ServiceCode, QuotaCode };
  try {
    const { Quota } = await quotas
      .send(new GetServiceQuotaCommand(asked))
      // An account that never requested an increase has no applied quota.
      .catch(() => quotas.send(new GetAWSDefaultServiceQuotaCommand(asked)));
    if (Quota?.Value !== undefined) return Quota.Value;
    throw new Error(`${QuotaCode} has no value`);
  } catch (error) {
    throw classify(error, `read the quota ${QuotaCode} of ${ServiceCode}`);
  }
}
