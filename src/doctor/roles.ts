import { parseArn } from "../../stacks/components/arn.js";
import { callerNow } from "../aws/caller.js";
import type { AwsClients } from "../aws/clients.js";
import { trustPolicy } from "../aws/roles.js";
import type { GitHub } from "../github/client.js";
import { variablesOf } from "../github/settings.js";
import { type Finding, find, type Judgement, ng, skip } from "../verify/finding.js";
import { judgeGitHubTrust } from "./oidc.js";
import type { Wanted } from "./subject.js";
import { subjectsFor, type Tokens } from "./tokens.js";

/** Whether each environment's role takes the tokens of its jobs, for the roles of the caller's account. */
export function roleFindings(
  aws: AwsClients,
  github: GitHub,
  tokens: Promise<Tokens>,
  { environments }: Wanted,
): Promise<Finding>[] {
  return environments.map(({ name, variables }) =>
    find(`AWS/role of ${name}`, async () => {
      const set = (await variablesOf(github, name))["MOORAGE_DEPLOY_ROLE_ARN"];
      const role = set ?? variables["MOORAGE_DEPLOY_ROLE_ARN"];
      if (role === undefined) return skip("Nothing names it: see GitHub, variables.");
      return judgeRole(aws, role, subjectsFor(await tokens, name), (await tokens).facts.id);
    }),
  );
}

async function judgeRole(
  aws: AwsClients,
  role: string,
  subjects: string[],
  repositoryId: number,
): Promise<Judgement> {
  const [{ account }, { account: of }] = [await callerNow(aws), parseArn(role)];
  if (account !== of) return skip(`It is in the account ${of}, and the credentials are of ${account}.`);
  const document = await trustPolicy(aws, role.split("/").at(-1) ?? "");
  if (document === undefined) return ng(`There is no role ${role}.`);
  const { result, message } = judgeGitHubTrust(document, { subjects, repositoryId });
  return { result, message: `${role}: ${message}` };
}
