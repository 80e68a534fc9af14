import type * as Sdk from "@aws-sdk/client-iam";
import { AwsError, type AwsService, type Site } from "../../cloud.js";
import { refuseLongDocument } from "./types/quotas.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import { text, upperTags } from "../../resources/convert.js";

/** What IAM tells about the roles and policies that the provider recorded; both can be deleted. */
export function createIam(rows: RecordedRows): AwsService {
  const role = (site: Site, name: string | undefined): RecordedRow => {
    const row = rows.get("iam/role", site, name ?? "") ?? serviceLinked(site, name ?? "");
    if (row === undefined) {
      throw new AwsError("NoSuchEntity", `The role with name ${name ?? ""} cannot be found.`, 404);
    }
    return row;
  };
  const ofRole = (type: string, site: Site, name: string | undefined) =>
    rows.list(type, site).filter((row) => row.properties["role"] === role(site, name).id);
  return {
    operations: {
      /** Every call is allowed here, so this is what would be said. */
      SimulatePrincipalPolicy(input: Sdk.SimulatePrincipalPolicyCommandInput, site: Site) {
        role(site, input.PolicySourceArn?.split("/").at(-1));
        const asked = (input.ActionNames ?? []).flatMap((EvalActionName) =>
          (input.ResourceArns ?? ["*"]).map((EvalResourceName) => ({ EvalActionName, EvalResourceName })),
        );
        const EvaluationResults = asked.map((one) => ({
          ...one,
          EvalDecision: "allowed",
          MatchedStatements: [],
        }));
        return { EvaluationResults, IsTruncated: false };
      },
      GetRole: (input: Sdk.GetRoleCommandInput, site: Site) => ({
        Role: described(role(site, input.RoleName)),
      }),
      ListRoles: ({ PathPrefix = "/" }: Sdk.ListRolesCommandInput, site: Site) => ({
        Roles: rows
          .list("iam/role", site)
          .filter((row) => text(row.properties["path"]).startsWith(PathPrefix))
          .map(described),
        IsTruncated: false,
      }),
      ListRoleTags: (input: Sdk.ListRoleTagsCommandInput, site: Site) => ({
        Tags: upperTags(role(site, input.RoleName).properties["tags"]),
        IsTruncated: false,
      }),
      ListRolePolicies: (input: Sdk.ListRolePoliciesCommandInput, site: Site) => ({
        PolicyNames: ofRole("iam/rolePolicy", site, input.RoleName).map((row) => row.properties["name"]),
        IsTruncated: false,
      }),
      GetRolePolicy(input: Sdk.GetRolePolicyCommandInput, site: Site) {
        const found = ofRole("iam/rolePolicy", site, input.RoleName).find(
          (row) => row.properties["name"] === input.PolicyName,
        );
        if (found === undefined) {
          throw new AwsError(
            "NoSuchEntity",
            `The role policy with name ${input.PolicyName ?? ""} cannot be found.`,
            404,
          );
        }
        const PolicyDocument = encodeURIComponent(text(found.properties["policy"]));
        return { RoleName: input.RoleName, PolicyName: input.PolicyName, PolicyDocument };
      },
      ListAttachedRolePolicies: (input: Sdk.ListAttachedRolePoliciesCommandInput, site: Site) => ({
        AttachedPolicies: ofRole("iam/rolePolicyAttachment", site, input.RoleName).map(({ properties }) => ({
          PolicyArn: properties["policyArn"],
          PolicyName: text(properties["policyArn"]).split("/").at(-1),
        })),
        IsTruncated: false,
      }),
      ...policies(rows),
      ...deletions(rows, role, ofRole),
    },
  };
}

/** Managed policies of the account's own, and identity providers. */
function policies(rows: RecordedRows): AwsService["operations"] {
  const found = (type: string, site: Site, arn: string | undefined): RecordedRow => {
    const row = rows.get(type, site, arn ?? "");
    if (row === undefined) throw new AwsError("NoSuchEntity", `${arn ?? ""} was not found.`, 404);
    return row;
  };
  const policy = ({ id, properties }: RecordedRow) => ({
    PolicyName: properties["name"],
    PolicyId: properties["policyId"],
    Arn: id,
    Path: properties["path"],
  });
  return {
    ListPolicies: ({ Scope = "All", PathPrefix = "/" }: Sdk.ListPoliciesCommandInput, site: Site) => ({
      Policies:
        Scope === "AWS"
          ? []
          : rows
              .list("iam/policy", site)
              .map(policy)
              .filter(({ Path }) => text(Path).startsWith(PathPrefix)),
      IsTruncated: false,
    }),
    /** For policies that a program does not make, and services name. */
    CreatePolicy({ PolicyName = "", Path = "/", PolicyDocument }: Sdk.CreatePolicyCommandInput, site: Site) {
      const id = `arn:aws:iam::${site.account}:policy${Path}${PolicyName}`;
      const isTwin = (row: RecordedRow) =>
        text(row.properties["name"]).toLowerCase() === PolicyName.toLowerCase();
      if (rows.list("iam/policy", site).some(isTwin)) {
        throw new AwsError("EntityAlreadyExists", `A policy called ${PolicyName} already exists.`, 409);
      }
      refuseLongDocument(PolicyDocument, 6144, "PolicySize");
      const properties = { name: PolicyName, path: Path, arn: id, policy: PolicyDocument };
      const row: RecordedRow = { type: "iam/policy", id, site, properties };
      rows.put(row);
      return { Policy: policy(row) };
    },
    GetPolicy({ PolicyArn }: Sdk.GetPolicyCommandInput, site: Site) {
      const row = found("iam/policy", site, PolicyArn);
      return { Policy: { ...policy(row), Tags: upperTags(row.properties["tags"]) } };
    },
    ListOpenIDConnectProviders: (_input: unknown, site: Site) => ({
      OpenIDConnectProviderList: rows.list("iam/openIdConnectProvider", site).map(({ id }) => ({ Arn: id })),
    }),
    GetOpenIDConnectProvider(input: Sdk.GetOpenIDConnectProviderCommandInput, site: Site) {
      const { properties } = found("iam/openIdConnectProvider", site, input.OpenIDConnectProviderArn);
      const { url, clientIdLists: ClientIDList, tags } = properties;
      return { Url: text(url).replace(/^https:\/\//, ""), ClientIDList, Tags: upperTags(tags) };
    },
  };
}

/** A role goes without its policies only. */
function deletions(
  rows: RecordedRows,
  role: (site: Site, name: string | undefined) => RecordedRow,
  ofRole: (type: string, site: Site, name: string | undefined) => RecordedRow[],
): AwsService["operations"] {
  const remove = (found: RecordedRow[], site: Site) => {
    if (found.length === 0) throw new AwsError("NoSuchEntity", "The policy cannot be found.", 404);
    for (const { type, id } of found) rows.remove(type, site, id);
    return {};
  };
  return {
    DeleteRolePolicy: ({ RoleName, PolicyName }: Sdk.DeleteRolePolicyCommandInput, site: Site) =>
      remove(
        ofRole("iam/rolePolicy", site, RoleName).filter(
          ({ properties }) => properties["name"] === PolicyName,
        ),
        site,
      ),
    DetachRolePolicy: ({ RoleName, PolicyArn }: Sdk.DetachRolePolicyCommandInput, site: Site) =>
      remove(
        ofRole("iam/rolePolicyAttachment", site, RoleName).filter(
          ({ properties }) => properties["policyArn"] === PolicyArn,
        ),
        site,
      ),
    DeleteRole({ RoleName }: Sdk.DeleteRoleCommandInput, site: Site) {
      const { type, id } = role(site, RoleName);
      const policies = ["iam/rolePolicy", "iam/rolePolicyAttachment"];
      if (policies.some((kind) => ofRole(kind, site, RoleName).length > 0)) {
        const message = "Cannot delete entity, must delete policies first.";
        throw new AwsError("DeleteConflict", message, 409);
      }
      rows.remove(type, site, id);
      return {};
    },
  };
}

/** Roles that an account has once it has used a service: an account here has used all of them. */
function serviceLinked(site: Site, name: string): RecordedRow | undefined {
  if (!/^AWSServiceRoleFor[A-Za-z]+$/.test(name)) return undefined;
  const arn = `arn:aws:iam::${site.account}:role/aws-service-role/${name}`;
  const properties = {
    arn,
    path: "/aws-service-role/",
    assumeRolePolicy: "{}",
    createDate: "2020-01-01T00:00:00Z",
  };
  return { type: "iam/role", id: name, site, properties };
}

function described({ id, properties }: RecordedRow) {
  return {
    RoleName: id,
    RoleId: properties["uniqueId"],
    Arn: properties["arn"],
    Path: properties["path"],
    CreateDate: new Date(text(properties["createDate"])),
    AssumeRolePolicyDocument: encodeURIComponent(text(properties["assumeRolePolicy"])),
    Description: properties["description"],
    MaxSessionDuration: properties["maxSessionDuration"],
    Tags: upperTags(properties["tags"]),
  };
}
