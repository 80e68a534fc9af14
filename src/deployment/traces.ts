import { logGroupName, roleName, serviceName } from "../../stacks/components/names.js";
import type { StackTraces } from "../aws/leftovers.js";
import type { Context } from "../context.js";
import type { StackRecord } from "../record/record.js";
import type { DeployRequest } from "./request.js";

/** What to look for after a stack is gone: its services by configuration, and those it had by its record. */
export function tracesOf(
  { project, target }: Context,
  { stack, config }: Pick<DeployRequest, "stack" | "config">,
  record: StackRecord,
): StackTraces {
  const services = [...new Set([...Object.keys(config.services), ...Object.keys(record.priorities ?? {})])];
  const owners = services.map((service) => ({ app: config.app, service, stack }));
  const foundation = target.overlay["moorage:foundation"] ?? config.foundation;
  const known = typeof foundation === "object" && foundation !== null ? (foundation as Known) : {};
  return {
    project,
    stack,
    cluster: known.cluster ?? record.clusterArn,
    listener: known.listener,
    host: record.url === undefined ? undefined : new URL(record.url).hostname,
    serviceNames: owners.map(serviceName),
    roleNames: owners.flatMap((owner) => [roleName(owner, "execution"), roleName(owner, "task")]),
    logGroupNames: owners.map(logGroupName),
  };
}

interface Known {
  cluster?: string;
  listener?: string;
}
