import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import * as pulumi from "@pulumi/pulumi";
import {
  executionPolicy,
  previewSchedulerPolicy,
  previewSchedulerTrust,
  previewTaskPolicy,
  secretPatterns,
} from "../../policies/preview-tasks.js";
import type { PolicyStatement } from "../../../src/core/project/policy-statements.js";
import { taskTrust } from "../policies.js";
import type { Basis } from "./basis.js";
import { accessRoleName } from "./names.js";

/** As `moorage:foundation` takes it: the roles of all previews' tasks, and what they may be given. */
export interface PreviewRoles {
  execution: pulumi.Output<string>;
  task: pulumi.Output<string>;
  scheduler: pulumi.Output<string>;
  secrets: string[];
  policies: string[];
  statements?: PolicyStatement[];
  /** Of resources that a preview may declare in moorage.ts. */
  types?: string[];
  exports?: string[];
}

/**
 * One pair for all previews of the app, and one role that starts their tasks on schedule, so that a pull request makes no role:
 * what it may have is decided here. They are below the path of the workflows' roles, which nobody's deployment can change.
 */
export function declarePreviewRoles(
  basis: Basis,
  cluster: pulumi.Input<string>,
  repositories: pulumi.Input<string>[],
): PreviewRoles {
  const { config, partition, region, account, prefix } = basis;
  const trust = taskTrust(partition, region, account);
  const place = { ...basis, app: config.app, logs: config.logGroupPrefix };
  const secrets = secretPatterns(place, config.previews);
  const { statements, types, exports } = config.previews;
  const execution = declareRole(
    basis,
    "execution",
    "Starts tasks of previews: pulls, writes logs, reads secrets",
    trust,
  );
  const task = declareRole(basis, "task", "What the code of previews may do", trust);
  const policy = pulumi
    .all(repositories)
    .apply((arns) => executionPolicy(place, { repositories: arns, secrets, keys: config.previews.keys }));
  new RolePolicy(`${prefix}preview-execution`, { name: "moorage", role: execution.name, policy });
  new RolePolicy(`${prefix}preview-task`, {
    name: "moorage",
    role: task.name,
    policy: previewTaskPolicy(statements),
  });
  const policies = [...new Set(config.previews.policies)].sort();
  for (const policyArn of policies) {
    const logical = `${prefix}preview-task-${policyArn.split("/").at(-1) ?? policyArn}`;
    new RolePolicyAttachment(logical, { role: task.name, policyArn });
  }
  const scheduler = declareScheduler(basis, cluster, [execution.arn, task.arn]);
  return {
    execution: execution.arn,
    task: task.arn,
    scheduler: scheduler.arn,
    secrets,
    policies,
    ...(statements.length > 0 && { statements }),
    ...(types.length > 0 && { types }),
    ...(exports.length > 0 && { exports }),
  };
}

function declareScheduler(
  basis: Basis,
  cluster: pulumi.Input<string>,
  taskRoles: pulumi.Input<string>[],
): Role {
  const place = { ...basis, app: basis.config.app };
  const role = declareRole(
    basis,
    "scheduler",
    "Starts tasks of previews on schedule",
    previewSchedulerTrust(place),
  );
  const policy = pulumi
    .all([cluster, pulumi.all(taskRoles)])
    .apply(([arn, roles]) => previewSchedulerPolicy(place, { cluster: arn, taskRoles: roles }));
  new RolePolicy(`${basis.prefix}preview-scheduler`, { name: "moorage", role: role.name, policy });
  return role;
}

function declareRole(
  { owner, tags, prefix }: Basis,
  kind: "execution" | "task" | "scheduler",
  description: string,
  assumeRolePolicy: string,
): Role {
  return new Role(`${prefix}preview-${kind}`, {
    name: accessRoleName(owner, `preview-${kind}`),
    path: "/moorage/",
    description,
    assumeRolePolicy,
    tags,
  });
}
