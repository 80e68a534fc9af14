import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type * as pulumi from "@pulumi/pulumi";
import { statementsPolicy } from "../../src/core/project/policy-statements.js";
import type { ServiceConfig } from "../../src/core/project/service-schema.js";
import { logSecrets } from "../../src/core/project/log-routing.js";
import { volumeStatements } from "../../src/core/project/volumes.js";
import { type NameOwner, roleName } from "../../src/core/project/aws-names.js";
import { execPolicy, executionPolicyArn, secretsPolicy, taskTrust } from "./policies.js";
import type { OwnParts } from "../own/own.js";
import { ownPolicy, ownSecrets } from "../own/values.js";
import type { ResolvedFoundation } from "./surroundings.js";

export interface RolesArgs {
  owner: NameOwner;
  tags: Record<string, string>;
  config: Pick<
    ServiceConfig,
    "exec" | "policies" | "secretKeys" | "secrets" | "sidecars" | "statements" | "volumes" | "logging"
  >;
  surroundings: Pick<ResolvedFoundation, "partition" | "region" | "account" | "permissionsBoundary">;
  /** What it gets of the team's own resources. */
  own?: OwnParts | undefined;
}

/** The role that starts a service's tasks, and the role that its code has. */
export class Roles {
  readonly execution: Role;
  readonly task: Role;
  /** What must be in force before a task starts. */
  readonly grants: pulumi.Resource[];

  constructor(
    private readonly args: RolesArgs,
    private readonly parent: pulumi.Resource,
  ) {
    this.execution = this.makeRole("execution", "Starts tasks: pulls the image, writes logs, reads secrets");
    this.task = this.makeRole("task", "What the app's own code may do");
    this.grants = [
      this.allowStart(),
      ...this.allowSecrets(),
      ...this.allowWork(),
      ...this.allowStated(),
      ...this.allowVolumes(),
      ...this.allowExec(),
      ...this.allowOwn(),
    ];
  }

  /** Their ARNs, and what must be in force before a task starts. */
  made(): { execution: pulumi.Output<string>; task: pulumi.Output<string>; grants: pulumi.Resource[] } {
    return { execution: this.execution.arn, task: this.task.arn, grants: this.grants };
  }

  private makeRole(kind: "execution" | "task", description: string): Role {
    const { owner, tags, surroundings } = this.args;
    return new Role(
      `${this.args.owner.service}-${kind}`,
      {
        name: roleName(owner, kind),
        description,
        assumeRolePolicy: taskTrust(surroundings.partition, surroundings.region, surroundings.account),
        forceDetachPolicies: true,
        permissionsBoundary: surroundings.permissionsBoundary,
        tags,
      },
      { parent: this.parent, deleteBeforeReplace: false },
    );
  }

  private allowStart(): pulumi.Resource {
    return new RolePolicyAttachment(
      `${this.args.owner.service}-execution`,
      { role: this.execution.name, policyArn: executionPolicyArn(this.args.surroundings.partition) },
      { parent: this.parent },
    );
  }

  private allowSecrets(): pulumi.Resource[] {
    const { secrets, sidecars, secretKeys } = this.args.config;
    const all = [secrets, ...Object.values(sidecars).map((sidecar) => sidecar.secrets)];
    const configured = [...all.flatMap(Object.values<string>), ...logSecrets(this.args.config)];
    const own = ownSecrets(this.args.own);
    const policy =
      own?.apply((arns) => secretsPolicy([...configured, ...arns], secretKeys) ?? "") ??
      secretsPolicy(configured, secretKeys);
    return policy === undefined ? [] : [this.inline("secrets", this.execution, policy)];
  }

  private allowStated(): pulumi.Resource[] {
    const policy = statementsPolicy(this.args.config.statements);
    return policy === undefined ? [] : [this.inline("statements", this.task, policy)];
  }

  private allowOwn(): pulumi.Resource[] {
    const policy = ownPolicy(this.args.own);
    return policy === undefined ? [] : [this.inline("own", this.task, policy)];
  }

  private allowVolumes(): pulumi.Resource[] {
    const { config, surroundings } = this.args;
    const policy = statementsPolicy(volumeStatements(config, surroundings));
    return policy === undefined ? [] : [this.inline("volumes", this.task, policy)];
  }

  private allowExec(): pulumi.Resource[] {
    return this.args.config.exec ? [this.inline("exec", this.task, execPolicy)] : [];
  }

  private inline(name: string, role: Role, policy: pulumi.Input<string>): pulumi.Resource {
    return new RolePolicy(
      `${this.args.owner.service}-${name}`,
      { name, role: role.name, policy },
      { parent: this.parent },
    );
  }

  /** Named by the policy, so that the list's order means nothing. */
  private allowWork(): pulumi.Resource[] {
    return [...new Set(this.args.config.policies)].map(
      (policyArn) =>
        new RolePolicyAttachment(
          `${this.args.owner.service}-policy-${policyArn.split("/").at(-1) ?? policyArn}`,
          { role: this.task.name, policyArn },
          { parent: this.parent },
        ),
    );
  }
}
