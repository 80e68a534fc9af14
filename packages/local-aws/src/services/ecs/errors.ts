import { AwsError } from "../../cloud.js";

export const clientError = (message: string) => new AwsError("ClientException", message);
export const invalid = (message: string) => new AwsError("InvalidParameterException", message);
export const noCluster = () => new AwsError("ClusterNotFoundException", "Cluster not found.");
export const noService = () => new AwsError("ServiceNotFoundException", "Service not found.");
export const notActive = () => new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
/** ECS's words for a task without ECS Exec's agent, whatever the reason. */
export const notEnabled = () =>
  invalid(
    "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.",
  );
export const noServiceDeployment = () =>
  new AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.");
