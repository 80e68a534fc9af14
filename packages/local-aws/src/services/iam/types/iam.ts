import { createHash, randomBytes } from "node:crypto";
import type { Site } from "../../../cloud.js";
import { canonical, type Properties } from "../../../provider/values.js";
import type { RecordedType } from "../../../resources/recorded.js";
import { refuseAttachment, refuseInlinePolicy, refuseLongDocument, refuseRole } from "./quotas.js";
import type { Failure } from "../../../resources/resource.js";

const text = (value: unknown): string => (typeof value === "string" ? value : "");

function iamArn(kind: string, inputs: Properties, site: Site): string {
  return `arn:aws:iam::${site.account}:${kind}${text(inputs["path"]) || "/"}${text(inputs["name"])}`;
}

function uniqueId(prefix: string): string {
  return prefix + randomBytes(9).toString("hex").toUpperCase().slice(0, 17);
}

/** Policies are compared as documents, not as texts. */
function sameDocument(properties: readonly string[]): RecordedType["same"] {
  return (property, before, after) =>
    properties.includes(property) && documentOf(before) === documentOf(after);
}

function documentOf(value: unknown): string {
  try {
    return canonical(JSON.parse(text(value)));
  } catch {
    return text(value);
  }
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: names of roles, at most 64 characters. */
function nameRule(maximum: number): (inputs: Properties) => Failure[] {
  return ({ name }) => {
    if (name === undefined || (/^[\w+=,.@-]+$/.test(text(name)) && text(name).length <= maximum)) return [];
    const reason = `expected name to be 1 to ${maximum} letters, digits or +=,.@-_, got ${text(name)}`;
    return [{ property: "name", reason }];
  };
}

const used = (what: string) => () =>
  `Cannot delete entity, must ${what === "RolePolicy" ? "delete" : "detach all"} policies first.`;

const role: RecordedType = {
  token: "aws:iam/role:Role",
  autoname: "name",
  replaces: ["name", "namePrefix", "path"],
  id: (inputs) => text(inputs["name"]),
  outputs: (inputs, _id, site) => ({
    arn: iamArn("role", inputs, site),
    createDate: new Date().toISOString(),
    uniqueId: uniqueId("AROA"),
    path: "/",
    maxSessionDuration: 3600,
  }),
  unique: {
    by: ["name"],
    code: "EntityAlreadyExists",
    message: ({ name }) => `Role with name ${text(name)} already exists.`,
    status: 409,
    foldsCase: true,
  },
  dependents: [
    { type: "iam/rolePolicy", property: "role", code: "DeleteConflict", message: used("RolePolicy") },
    {
      type: "iam/rolePolicyAttachment",
      property: "role",
      code: "DeleteConflict",
      message: used("RolePolicyAttachment"),
    },
  ],
  check: nameRule(64),
  refuses: refuseRole,
  same: sameDocument(["assumeRolePolicy"]),
};

const noSuchRole = {
  type: "iam/role",
  property: "role",
  code: "NoSuchEntity",
  message: (name: string) => `The role with name ${name} cannot be found.`,
};

const rolePolicy: RecordedType = {
  token: "aws:iam/rolePolicy:RolePolicy",
  autoname: "name",
  replaces: ["name", "namePrefix", "role"],
  id: (inputs) => `${text(inputs["role"])}:${text(inputs["name"])}`,
  overwrites: true,
  parents: [noSuchRole],
  check: nameRule(128),
  refuses: refuseInlinePolicy,
  same: sameDocument(["policy"]),
};

const rolePolicyAttachment: RecordedType = {
  token: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  replaces: ["role", "policyArn"],
  id: (inputs) => `${text(inputs["role"])}/${text(inputs["policyArn"])}`,
  overwrites: true,
  parents: [noSuchRole],
  refuses: refuseAttachment,
};

const policy: RecordedType = {
  token: "aws:iam/policy:Policy",
  autoname: "name",
  replaces: ["name", "namePrefix", "path", "description"],
  id: (inputs, site) => iamArn("policy", inputs, site),
  outputs: (_inputs, id) => ({ arn: id, policyId: uniqueId("ANPA"), path: "/" }),
  unique: {
    by: ["name"],
    code: "EntityAlreadyExists",
    message: ({ name }) => `A policy called ${text(name)} already exists. Duplicate names are not allowed.`,
    status: 409,
    foldsCase: true,
  },
  dependents: [
    {
      type: "iam/rolePolicyAttachment",
      property: "policyArn",
      code: "DeleteConflict",
      message: () => "Cannot delete a policy attached to entities.",
    },
    {
      type: "iam/role",
      property: "permissionsBoundary",
      code: "DeleteConflict",
      message: () => "Cannot delete a policy that is a permissions boundary of entities.",
    },
  ],
  check: nameRule(128),
  refuses: ({ policy: document }) => refuseLongDocument(document, 6144, "PolicySize"),
  same: sameDocument(["policy"]),
};

const openIdConnectProvider: RecordedType = {
  token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  replaces: ["url"],
  id: (inputs, site) =>
    `arn:aws:iam::${site.account}:oidc-provider/${text(inputs["url"]).replace(/^https:\/\//, "")}`,
  outputs: (inputs, id) => ({
    arn: id,
    thumbprintLists: [createHash("sha1").update(text(inputs["url"])).digest("hex")],
  }),
  unique: {
    by: ["url"],
    code: "EntityAlreadyExists",
    message: ({ url }) => `Provider with url ${text(url)} already exists.`,
    status: 409,
  },
};

export const iamTypes = [role, rolePolicy, rolePolicyAttachment, policy, openIdConnectProvider];
