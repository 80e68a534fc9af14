/** What ECS says about a service, beside what was deployed and configured. */
export interface ServiceState {
  name: string;
  /** ARN in Pulumi's state. */
  taskDefinition: string;
  /** ARN that the service's PRIMARY deployment runs. */
  runningTaskDefinition: string | undefined;
  desiredCount: number;
  /** Configured count, or the bounds within which autoscaling sets it. */
  wanted: { min: number; max: number };
}

/** What somebody changed by hand, one sentence each; empty where ECS is as it was deployed (F34). */
export function driftOf(state: ServiceState): string[] {
  const { name, desiredCount, wanted, runningTaskDefinition: running, taskDefinition } = state;
  const family = (arn: string) => arn.split("/").at(-1) ?? arn;
  const counts = wanted.min === wanted.max ? String(wanted.min) : `${wanted.min} to ${wanted.max}`;
  return [
    ...(running !== undefined && running !== taskDefinition
      ? [`${name} runs ${family(running)}, not ${family(taskDefinition)}.`]
      : []),
    ...(desiredCount < wanted.min || desiredCount > wanted.max
      ? [`${name} wants ${desiredCount} tasks, configured are ${counts}.`]
      : []),
  ];
}
