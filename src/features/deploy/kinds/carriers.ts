import type { AwsClients } from "../../../adapters/aws/clients.js";
import { classify } from "../../../adapters/aws/errors.js";
import { rolloutFacts } from "../../../adapters/aws/rollout.js";
import type { TaskFact } from "../../../adapters/aws/rollout-facts.js";

/** A service's tasks now. */
export async function tasksNow(aws: AwsClients, cluster: string, serviceName: string): Promise<TaskFact[]> {
  const { tasks } = await rolloutFacts(aws, cluster, serviceName).catch((error: unknown) => {
    throw classify(error, `read the tasks of ${serviceName}`);
  });
  return tasks;
}

/** Those that carry one of the digests. */
export function carriersOf(tasks: readonly TaskFact[], digests: readonly string[]): TaskFact[] {
  return tasks.filter(({ digest }) => digest !== undefined && digests.includes(digest));
}
