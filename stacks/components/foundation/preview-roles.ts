import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import { executionPolicy, previewTaskPolicy, secretPatterns } from "../../policies/preview-tasks.js";
import { taskTrust } from "../policies.js";
import type { Basis } from "./basis.js";
import { accessRoleName } from "./names.js";

/** As `moorage:foundation` takes it: the two roles of all previews' tasks, and what they may be given. */
export interface PreviewRoles {
  execution: pulumi.Output<string>;
  task: pulumi.Output<string>;
  secrets: string[];
  policies: string[];
}

/**
 * One pair for all previews of the app, so that a pull request makes no role: what it may have is decided here. They are
 * below the path of the workflows' roles, which nobody's deployment can change.
 */
export function declarePreviewRoles(basis: Basis, repositories: pulumi.Input<string>[]): PreviewRoles {
  const { config } = basis;
  const place = { ...basis, app: config.app, logs: config.logGroupPrefix };
  const secrets = secretPatterns(place, config.previews);
  const execution = declareRole(
    basis,
    "execution",
    "Starts tasks of previews: pulls, writes logs, reads secrets",
  );
  const task = declareRole(basis, "task", "What the code of previews may do");
  const policy = pulumi
    .all(repositories)
    .apply((arns) => executionPolicy(place, { repositories: arns, secrets, keys: config.previews.keys }));
  new RolePolicy("preview-execution", { name: "moorage", role: execution.name, policy });
  new RolePolicy("preview-task", { name: "moorage", role: task.name, policy: previewTaskPolicy });
  const policies = [...new Set(config.previews.policies)].sort();
  for (const policyArn of policies) {
    const logical = `preview-task-${policyArn.split("/").at(-1) ?? policyArn}`;
    new RolePolicyAttachment(logical, { role: task.name, policyArn });
  }
  return { execution: execution.arn, task: task.arn, secrets, policies };
}

function declareRole(basis: Basis, kind: "execution" | "task", description: string): Role {
  const { owner, partition, region, account, tags } = basis;
  return new Role(`preview-${kind}`, {
    name: accessRoleName(owner, `preview-${kind}`),
    path: "/moorage/",
    description,
    assumeRolePolicy: taskTrust(partition, region, account),
    tags,
  });
}
