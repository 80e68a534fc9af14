import { AwsError } from "../../cloud.js";

export const clientError = (message: string) => new AwsError("ClientException", message);
export const invalid = (message: string) => new AwsError("InvalidParameterException", message);
export const noCluster = () => new AwsError("ClusterNotFoundException", "Cluster not found.");
export const noService = () => new AwsError("ServiceNotFoundException", "Service not found.");
export const notActive = () => new AwsError("ServiceNotActiveException", "Service was not ACTIVE.");
export const noServiceDeployment = () =>
  new AwsError("ServiceDeploymentNotFoundException", "Service deployment not found.");
