import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";

/** AWS's own clients of what stacks declare. */
export interface Clients {
  cloudwatch: CloudWatchClient;
  logs: CloudWatchLogsClient;
  ec2: EC2Client;
  ecs: ECSClient;
  elbv2: ElasticLoadBalancingV2Client;
  iam: IAMClient;
}

/** The access key id names the account. */
export function openClients(endpoint: string, accessKeyId: string): Clients {
  const credentials = { accessKeyId, secretAccessKey: "local" };
  const connection = { endpoint, region: "us-east-1", credentials, maxAttempts: 1 };
  return {
    cloudwatch: new CloudWatchClient(connection),
    logs: new CloudWatchLogsClient(connection),
    ec2: new EC2Client(connection),
    ecs: new ECSClient(connection),
    elbv2: new ElasticLoadBalancingV2Client(connection),
    iam: new IAMClient(connection),
  };
}
