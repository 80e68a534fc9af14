import type { LookupFinding } from "../../engine/engine.js";
import { unlessAbsent } from "../errors.js";
import { absent, type Finder, judge, type Sought, tagsOf, textOrEmpty, withParent } from "./finding.js";

const gone = ["NoSuchEntity", "NoSuchEntityException"];

/** Roles, and what they may do. Inline policies and attachments belong to whom their role belongs to; the engine's read tells whether they exist. */
export const accessFinders: Record<string, Finder> = {
  "aws:iam/role:Role": (sought) => findRole(sought, textOrEmpty(sought.inputs["name"])),
  "aws:iam/rolePolicy:RolePolicy": async (sought) => {
    const [role, name] = [textOrEmpty(sought.inputs["role"]), textOrEmpty(sought.inputs["name"])];
    return withParent(await findRole(sought, role), `${role}:${name}`);
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": async (sought) => {
    const [role, policy] = [textOrEmpty(sought.inputs["role"]), textOrEmpty(sought.inputs["policyArn"])];
    return withParent(await findRole(sought, role), `${role}/${policy}`);
  },
  "aws:iam/policy:Policy": findPolicy,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": findProvider,
};

async function findRole({ clients, owner }: Sought, RoleName: string): Promise<LookupFinding> {
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const iam = await clients.iam();
  const answer = await unlessAbsent(iam.send(new GetRoleCommand({ RoleName })), ...gone);
  return answer === undefined
    ? absent
    : judge(`IAM role ${RoleName}`, RoleName, tagsOf(answer.Role?.Tags), owner);
}

/** A policy's name is taken once in the account, whatever its path. */
async function findPolicy({ clients, inputs, owner }: Sought): Promise<LookupFinding> {
  const { GetPolicyCommand, paginateListPolicies } = await import("@aws-sdk/client-iam");
  const name = textOrEmpty(inputs["name"]);
  const client = await clients.iam();
  for await (const { Policies = [] } of paginateListPolicies({ client }, { Scope: "Local" })) {
    const PolicyArn = Policies.find(({ PolicyName }) => PolicyName === name)?.Arn;
    if (PolicyArn === undefined) continue;
    const answer = await unlessAbsent(client.send(new GetPolicyCommand({ PolicyArn })), ...gone);
    return answer === undefined
      ? absent
      : judge(`IAM policy ${name}`, PolicyArn, tagsOf(answer.Policy?.Tags), owner);
  }
  return absent;
}

/** There is one for each account and URL. */
async function findProvider({ clients, inputs, owner }: Sought): Promise<LookupFinding> {
  const { GetOpenIDConnectProviderCommand, ListOpenIDConnectProvidersCommand } =
    await import("@aws-sdk/client-iam");
  const url = textOrEmpty(inputs["url"]).replace(/^https:\/\//, "");
  const iam = await clients.iam();
  const { OpenIDConnectProviderList = [] } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
  const arn = OpenIDConnectProviderList.find(({ Arn }) => Arn?.endsWith(`:oidc-provider/${url}`))?.Arn;
  if (arn === undefined) return absent;
  const answer = await unlessAbsent(
    iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
    ...gone,
  );
  return answer === undefined ? absent : judge(`OIDC provider ${url}`, arn, tagsOf(answer.Tags), owner);
}
