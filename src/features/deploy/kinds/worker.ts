import type { AwsClients } from "../../../adapters/aws/clients.js";
import { carriersOf, tasksNow } from "./carriers.js";
import type { ObservedKind, ProbedService } from "./observed.js";

/** Nobody calls it: its tasks tell. */
export const worker: ObservedKind = {
  whyNotServing,
  failingChecks: () => Promise.resolve([]),
  countHealthy: () => Promise.resolve(undefined),
  // ECS goes back to a revision whose target group is gone by then.
  hasMoved: (before) => before?.targetGroup !== undefined,
};

async function whyNotServing(
  aws: AwsClients,
  cluster: string,
  { name, serviceName }: ProbedService,
  digests: readonly string[],
): Promise<string | undefined> {
  const tasks = await tasksNow(aws, cluster, serviceName);
  const running = tasks.filter((task) => task.lastStatus === "RUNNING" && task.desiredStatus === "RUNNING");
  if (running.length === 0) return `no task of ${name} runs`;
  if (digests.length === 0 || carriersOf(running, digests).length > 0) return undefined;
  return `no running task of ${name} carries ${digests[0] ?? ""}`;
}
