import { callerNow } from "../../../adapters/aws/caller.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import { trustPolicy } from "../../../adapters/aws/roles.js";
import { accountQuota } from "../../../adapters/aws/service-quotas.js";
import { capacityKind } from "../../../core/project/capacity.js";
import { type Finding, find, type Judgement, fail, pass } from "../../inspect/verify/finding.js";

/** What a fresh account lacks. */
export function accountFindings(aws: AwsClients): Promise<Finding>[] {
  return [
    ...Object.entries(serviceRoles).map(([service, role]) =>
      find(`AWS/service-linked role of ${service}`, () => judgeServiceRole(aws, service, role)),
    ),
    ...quotas.map(({ what, service, code, least }) =>
      find(`AWS/${what}`, async () => {
        const most = await accountQuota(aws, service, code);
        const text = `The account may have ${most}`;
        return most >= least
          ? pass(`${text}.`)
          : fail(`${text}, which is few: ask for ${least} in Service Quotas.`);
      }),
    ),
  ];
}

/** The caller, or why there are no credentials. */
export async function judgeCaller(aws: AwsClients): Promise<Judgement> {
  const { arn, expiresAt } = await callerNow(aws);
  return pass(expiresAt === undefined ? `${arn}.` : `${arn}, until ${expiresAt.toISOString()}.`);
}

/** Source: IAM, "AWS services that work with IAM"; each service's own page on its service-linked role. */
const serviceRoles = {
  "ecs.amazonaws.com": "AWSServiceRoleForECS",
  "elasticloadbalancing.amazonaws.com": "AWSServiceRoleForElasticLoadBalancing",
};

async function judgeServiceRole(aws: AwsClients, service: string, role: string): Promise<Judgement> {
  if ((await trustPolicy(aws, role)) !== undefined) return pass("It exists.");
  return fail(
    `There is no ${role}: the first deployment of an account may fail. ` +
      `Run \`aws iam create-service-linked-role --aws-service-name ${service}\`.`,
  );
}

/** Source: Service Quotas, "Amazon EC2"; the capacity kind's own. `least`: a few tasks and one rollout. */
const quotas = [
  { ...capacityKind.quotas.onDemand, least: 16 },
  { ...capacityKind.quotas.spot, least: 16 },
  { what: "elastic IPs", service: "ec2", code: "L-0263D0A3", least: 2 },
];
