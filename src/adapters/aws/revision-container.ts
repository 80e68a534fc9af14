import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** What a revision says of one of its containers. */
export interface RevisionContainer {
  /** The version that it is told (`MOORAGE_IMAGE_TAG`). */
  imageTag: string | undefined;
  /** Where CloudWatch Logs has its lines; undefined where another log driver takes them. */
  logGroup: string | undefined;
  /** Whether ECS starts it again when it exits with 0, or with another code; after how many seconds. */
  restarts: { onSuccess: boolean; onFailure: boolean; afterSeconds: number } | undefined;
}

/** Undefined where the revision has no such container. */
export async function revisionContainer(
  clients: AwsClients,
  taskDefinition: string,
  name: string,
): Promise<RevisionContainer | undefined> {
  const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  try {
    const answer = await (await clients.ecs()).send(new DescribeTaskDefinitionCommand({ taskDefinition }));
    const container = answer.taskDefinition?.containerDefinitions?.find((one) => one.name === name);
    if (container === undefined) return undefined;
    const { environment = [], logConfiguration, restartPolicy } = container;
    const isInCloudWatch = logConfiguration?.logDriver === "awslogs";
    return {
      imageTag: environment.find((one) => one.name === "MOORAGE_IMAGE_TAG")?.value,
      logGroup: isInCloudWatch ? logConfiguration.options?.["awslogs-group"] : undefined,
      restarts: restartPolicy?.enabled === true ? restartsOf(restartPolicy) : undefined,
    };
  } catch (error) {
    throw classify(error, `describe ${taskDefinition}`);
  }
}

/** Source: ContainerRestartPolicy: only after it has run for the attempt period, 300 s where it is left out. */
function restartsOf({
  ignoredExitCodes = [],
  restartAttemptPeriod = 300,
}: {
  ignoredExitCodes?: number[] | undefined;
  restartAttemptPeriod?: number | undefined;
}): RevisionContainer["restarts"] {
  return { onSuccess: !ignoredExitCodes.includes(0), onFailure: true, afterSeconds: restartAttemptPeriod };
}
