import type * as Sdk from "@aws-sdk/client-service-quotas";
import { AwsError, type AwsService, arn, type Site } from "../../cloud.js";

/** AWS's defaults, but for Fargate's, which a new account has few of and an old one thousands: one machine has no such bound. */
const quotas: Readonly<Record<string, { name: string; value: number }>> = {
  "fargate/L-3032A538": { name: "Fargate On-Demand vCPU resource count", value: 4_000 },
  "fargate/L-36FBB829": { name: "Fargate Spot vCPU resource count", value: 4_000 },
  "ec2/L-0263D0A3": { name: "EC2-VPC Elastic IPs", value: 5 },
};

/** Service Quotas, as far as `verify` and `doctor` ask it. */
export function createServiceQuotas(): AwsService {
  const quota = ({ ServiceCode = "", QuotaCode = "" }: Sdk.GetServiceQuotaCommandInput, site: Site) => {
    const known = quotas[`${ServiceCode}/${QuotaCode}`];
    if (known === undefined) {
      throw new AwsError(
        "NoSuchResourceException",
        "The request failed because the specified service quota does not exist.",
      );
    }
    return {
      Quota: {
        ServiceCode,
        QuotaCode,
        QuotaArn: arn("servicequotas", site, `${ServiceCode}/${QuotaCode}`),
        QuotaName: known.name,
        Value: known.value,
        Unit: "None",
      },
    };
  };
  return { operations: { GetServiceQuota: quota, GetAWSDefaultServiceQuota: quota } };
}
