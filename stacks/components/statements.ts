import { getPolicy } from "@pulumi/aws/iam/getPolicy.js";
import { ownProgramName } from "../../src/core/project/own-limits.js";
import { roleName } from "../../src/core/project/aws-names.js";
import { jobsOf } from "../../src/core/project/jobs.js";
import { type StatedTask, checkStated } from "../../src/core/project/stated-tasks.js";
import { volumeStatements } from "../../src/core/project/volumes.js";
import type { App } from "../app.js";
import { ownStated } from "../own/values.js";
import { telling } from "./told.js";

/**
 * Refuses statements of services and jobs that would come to nothing, before anything is declared: IAM takes them, and the app is denied
 * at run time. Of previews, whose roles exist, the foundation's list has been asked.
 */
export async function checkStatements({
  config,
  identity,
  surroundings,
  taskRoles,
  own,
}: App): Promise<void> {
  const { app, stack } = identity;
  const { partition, account, permissionsBoundary } = surroundings;
  const role = (service: string) =>
    `arn:${partition}:iam::${account}:role/${roleName({ app, service, stack }, "task")}`;
  const tasks = [
    ...Object.entries(config.services).map(([name, settings]) => ({ group: "services", name, settings })),
    ...jobsOf(config).map(({ name, task }) => ({ group: "jobs", name, settings: task })),
  ];
  const all = tasks.flatMap(({ group, name, settings }): StatedTask[] => [
    {
      where: `moorage:${group}.${name}`,
      statements: [...settings.statements, ...volumeStatements(settings, surroundings)],
      role: role(name),
    },
    // Of a preview they have been held against the role that exists.
    ...(taskRoles === undefined
      ? [{ where: `${ownProgramName} (${group}.${name})`, role: role(name), ...ownStated(own?.of(name)) }]
      : []),
  ]);
  const stated = all.filter(({ statements, actions = [] }) => statements.length + actions.length > 0);
  if (stated.length === 0) return;
  const isBounded = taskRoles === undefined && permissionsBoundary !== undefined;
  const limit = isBounded ? await getPolicy({ arn: permissionsBoundary }) : undefined;
  await telling(() => {
    checkStated(stack, stated, { partition, boundary: limit && { arn: limit.arn, policy: limit.policy } });
  });
}
