import {
  CreateRepositoryCommand,
  type ECRClient,
  type ImageTagMutability,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  type IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Made } from "./engine.js";
import { type Taken, upperTags } from "./inputs.js";

export interface AccessClients {
  ecr: ECRClient;
  iam: IAMClient;
}

type Create = (clients: AccessClients, inputs: Taken) => Promise<Made>;

/** How repositories and roles are made with the AWS SDK. */
export const accessCalls: Record<string, Create> = {
  "aws:ecr/repository:Repository": createRepository,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": putLifecycle,
  "aws:ecr/repositoryPolicy:RepositoryPolicy": putPolicy,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": createProvider,
  "aws:iam/policy:Policy": createPolicy,
  "aws:iam/role:Role": createRole,
  "aws:iam/rolePolicy:RolePolicy": putRolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachPolicy,
};

async function createRepository({ ecr }: AccessClients, inputs: Taken): Promise<Made> {
  // Whether images go with their repository is said when it is deleted.
  inputs.ignore("forceDelete");
  const { repository } = await ecr.send(
    new CreateRepositoryCommand({
      repositoryName: inputs.text("name"),
      imageTagMutability: inputs.text("imageTagMutability") as ImageTagMutability,
      imageTagMutabilityExclusionFilters: inputs.parts("imageTagMutabilityExclusionFilters").map((one) => ({
        filter: one.text("filter"),
        filterType: one.text("filterType") as "WILDCARD",
      })),
      imageScanningConfiguration: {
        scanOnPush: inputs.part("imageScanningConfiguration").flag("scanOnPush"),
      },
      tags: upperTags(inputs),
    }),
  );
  const outputs = { arn: repository?.repositoryArn, repositoryUrl: repository?.repositoryUri };
  return { id: repository?.repositoryName ?? "", outputs };
}

async function putLifecycle({ ecr }: AccessClients, inputs: Taken): Promise<Made> {
  const repositoryName = inputs.text("repository");
  const lifecyclePolicyText = inputs.text("policy");
  await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
  return { id: repositoryName ?? "" };
}

async function putPolicy({ ecr }: AccessClients, inputs: Taken): Promise<Made> {
  const [repositoryName, policyText] = [inputs.text("repository"), inputs.text("policy")];
  await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
  return { id: repositoryName ?? "" };
}

async function createProvider({ iam }: AccessClients, inputs: Taken): Promise<Made> {
  const { OpenIDConnectProviderArn: arn = "" } = await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: inputs.text("url"),
      ClientIDList: inputs.texts("clientIdLists"),
      Tags: upperTags(inputs),
    }),
  );
  return { id: arn, outputs: { arn } };
}

async function createPolicy({ iam }: AccessClients, inputs: Taken): Promise<Made> {
  const { Policy } = await iam.send(
    new CreatePolicyCommand({
      PolicyName: inputs.text("name"),
      Path: inputs.text("path"),
      Description: inputs.text("description"),
      PolicyDocument: inputs.text("policy"),
      Tags: upperTags(inputs),
    }),
  );
  return { id: Policy?.Arn ?? "", outputs: { arn: Policy?.Arn } };
}

async function createRole({ iam }: AccessClients, inputs: Taken): Promise<Made> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: inputs.text("name"),
      Path: inputs.text("path"),
      Description: inputs.text("description"),
      AssumeRolePolicyDocument: inputs.text("assumeRolePolicy"),
      Tags: upperTags(inputs),
    }),
  );
  return { id: Role?.RoleName ?? "", outputs: { arn: Role?.Arn } };
}

async function putRolePolicy({ iam }: AccessClients, inputs: Taken): Promise<Made> {
  const [RoleName, PolicyName] = [inputs.text("role"), inputs.text("name")];
  const PolicyDocument = inputs.text("policy");
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  return { id: `${RoleName ?? ""}:${PolicyName ?? ""}` };
}

async function attachPolicy({ iam }: AccessClients, inputs: Taken): Promise<Made> {
  const [RoleName, PolicyArn] = [inputs.text("role"), inputs.text("policyArn")];
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  return { id: `${RoleName ?? ""}/${PolicyArn ?? ""}` };
}
