import { parseArn } from "../../../core/project/arn.js";
import { logSecrets } from "../../../core/project/log-routing.js";
import { withoutReferences } from "../../../core/project/preview-references.js";
import { roleName } from "../../../core/project/aws-names.js";
import { refusedCalls, type WantedCall } from "../../../adapters/aws/simulate.js";
import { type Judgement, fail, pass, skip } from "./finding.js";
import type { VerifyInput } from "./verify-input.js";

/** The execution role may read what the service's secrets name, as far as IAM alone decides that. */
export async function judgeReading(subject: VerifyInput, name: string): Promise<Judgement> {
  const { context, config, environment, foundation, record } = subject;
  const deployed = record?.deployed?.services.some((service) => service.name === name) ?? false;
  if (!deployed) return skip("The first deployment creates the role.");
  if (foundation.cluster === undefined) return skip("The account is unknown: see `foundation`.");
  const { partition, account } = parseArn(foundation.cluster);
  const role = roleName({ app: config.app, service: name, stack: environment }, "execution");
  const roleArn = `arn:${partition}:iam::${account}:role/${role}`;
  const refused = await refusedCalls(context.aws, roleArn, readingCalls(config.services[name]));
  if (refused.length === 0)
    return pass(`${role} may read them; resource policies of secrets were not checked.`);
  const calls = refused.map(({ action, resource }) => `${action} on ${resource}`).join(", ");
  return fail(`${role} may not: ${calls}. The next deployment grants what the configuration names.`);
}

type Service = VerifyInput["config"]["services"][string];

/** What ECS's agent calls at the start of a task. */
export function readingCalls(
  service: Pick<Service, "secrets" | "secretKeys" | "sidecars" | "logging"> | undefined,
): WantedCall[] {
  if (service === undefined) return [];
  const sidecars = Object.values(service.sidecars).map(({ secrets }) => secrets);
  const arns = [service.secrets, ...sidecars].flatMap((secrets) => Object.values(secrets));
  const reads = withoutReferences([...arns, ...logSecrets(service)]).map((arn) =>
    arn.split(":")[2] === "ssm"
      ? { action: "ssm:GetParameters", resource: arn }
      : { action: "secretsmanager:GetSecretValue", resource: arn.split(":").slice(0, 7).join(":") },
  );
  const keys = withoutReferences(service.secretKeys).map((resource) => ({ action: "kms:Decrypt", resource }));
  const all = [...reads, ...keys].map((call) => [`${call.action} ${call.resource}`, call] as const);
  return [...new Map(all).values()];
}
