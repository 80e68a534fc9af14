import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/** A role's trust policy as JSON; undefined where there is no such role. */
export async function trustPolicy(clients: AwsClients, roleName: string): Promise<string | undefined> {
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  try {
    const answer = await unlessAbsent(
      (await clients.iam()).send(new GetRoleCommand({ RoleName: roleName })),
      "NoSuchEntity",
      "NoSuchEntityException",
    );
    // IAM gives documents URL-encoded. Source: GetRole, `AssumeRolePolicyDocument`.
    return answer && decodeURIComponent(answer.Role?.AssumeRolePolicyDocument ?? "");
  } catch (error) {
    throw classify(error, `read the role ${roleName}`);
  }
}
