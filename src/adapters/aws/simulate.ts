import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";
import { everyPage } from "./pages.js";

/** One call that a role is to be permitted. */
export interface WantedCall {
  action: string;
  resource: string;
}

/**
 * Which of the calls IAM would refuse a role. It judges the role's own policies and boundary, and the organisation's; a
 * resource's own policy (a secret's, a key's) is not looked at. Source: SimulatePrincipalPolicy.
 */
export async function refusedCalls(
  clients: AwsClients,
  roleArn: string,
  wanted: readonly WantedCall[],
): Promise<WantedCall[]> {
  const { SimulatePrincipalPolicyCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const refused: WantedCall[] = [];
  try {
    for (const call of wanted) {
      const asked = {
        PolicySourceArn: roleArn,
        ActionNames: [call.action],
        ResourceArns: [call.resource],
      };
      const results = await everyPage(
        (Marker) => iam.send(new SimulatePrincipalPolicyCommand({ ...asked, Marker })),
        ({ EvaluationResults, Marker }) => ({ items: EvaluationResults, next: Marker }),
      );
      if (results.some(({ EvalDecision }) => EvalDecision !== "allowed")) refused.push(call);
    }
  } catch (error) {
    throw classify(error, `simulate what ${roleArn} is permitted`);
  }
  return refused;
}
