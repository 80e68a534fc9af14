import { building, isDeployedTo } from "../../../../stacks/components/github/environments.js";
import { parseArn } from "../../../core/project/arn.js";
import { callerNow } from "../../../adapters/aws/caller.js";
import type { AwsClients } from "../../../adapters/aws/clients.js";
import { trustPolicy } from "../../../adapters/aws/roles.js";
import type { GitHub } from "../../../adapters/github/client.js";
import { variablesOf } from "../../../adapters/github/settings.js";
import { type Finding, find, type Judgement, fail, skip } from "../../inspect/verify/finding.js";
import { judgeGitHubTrust, type TokenClaims } from "./oidc.js";
import type { DoctorRequest } from "./doctor-input.js";
import { subjectsFor, type Tokens } from "./tokens.js";

/** Whether the roles of the caller's account take the tokens of the jobs that want them. */
export function roleFindings(
  aws: AwsClients,
  github: GitHub,
  tokens: Promise<Tokens>,
  { environments, main, suffix }: DoctorRequest,
): Promise<Finding>[] {
  const judge = async (role: string | undefined, context: string) => {
    if (role === undefined) return skip("It is not set: see GitHub, variables.");
    const { facts, issuer } = await tokens;
    const subjects = subjectsFor(await tokens, context);
    return judgeRole(aws, role, { subjects, repositoryId: facts.id, issuer });
  };
  const build = environments.find(({ name }) => name === building)?.on ?? building;
  return [
    find("AWS/role of builds", async () =>
      suffix === ""
        ? judge((await variablesOf(github))["MOORAGE_BUILD_ROLE_ARN"], `ref:refs/heads/${main}`)
        : judge((await variablesOf(github, build))["MOORAGE_BUILD_ROLE_ARN"], `environment:${build}`),
    ),
    find("AWS/role of previews' builds", async () =>
      judge((await variablesOf(github))[`MOORAGE_PREVIEW_BUILD_ROLE_ARN${suffix}`], "pull_request"),
    ),
    ...environments
      .filter(({ name }) => isDeployedTo(name))
      .map(({ name, on, variables }) =>
        find(`AWS/role of ${name}`, async () => {
          const set = await variablesOf(github, on);
          return judge({ ...variables, ...set }["MOORAGE_DEPLOY_ROLE_ARN"], `environment:${on}`);
        }),
      ),
  ];
}

async function judgeRole(aws: AwsClients, role: string, claims: TokenClaims): Promise<Judgement> {
  const [{ account }, { account: of }] = [await callerNow(aws), parseArn(role)];
  if (account !== of) return skip(`It is in the account ${of}, and the credentials are of ${account}.`);
  const document = await trustPolicy(aws, role.split("/").at(-1) ?? "");
  if (document === undefined) return fail(`There is no role ${role}.`);
  const { result, message } = judgeGitHubTrust(document, claims);
  return { result, message: `${role}: ${message}` };
}
