import { logGroupName, roleName, serviceName } from "../../core/project/aws-names.js";
import type { StackTraces } from "../../adapters/aws/leftovers.js";
import { pullRequestOf } from "../../core/project/preview-names.js";
import type { Context } from "../../context/context.js";
import type { StackRecord } from "../../adapters/record/record.js";
import { knownFoundation } from "./foundation.js";
import type { DeployRequest } from "./request.js";

/** What to look for after a stack is gone: its services by configuration, and those it had by its record. */
export function footprintOf(
  context: Context,
  { stack, config }: Pick<DeployRequest, "stack" | "config">,
  record: StackRecord,
): StackTraces {
  const recorded = (record.deployed?.services ?? []).map(({ name }) => name);
  const services = [
    ...new Set([...Object.keys(config.services), ...Object.keys(record.priorities ?? {}), ...recorded]),
  ];
  const owners = services.map((service) => ({ app: config.app, service, stack }));
  const { cluster, listener } = knownFoundation(context, config);
  return {
    project: context.project,
    stack,
    cluster: cluster ?? record.clusterArn,
    listener,
    host: record.url === undefined ? undefined : new URL(record.url).hostname,
    serviceNames: owners.map(serviceName),
    // A preview makes none.
    roleNames:
      pullRequestOf(stack) === undefined
        ? owners.flatMap((owner) => [roleName(owner, "execution"), roleName(owner, "task")])
        : [],
    logGroupNames: owners.map((owner) => logGroupName(owner, config.logGroupPrefix)),
  };
}
