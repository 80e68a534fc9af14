import type { AwsClients } from "./clients.js";
import { describeServices } from "./described-services.js";
import { classify } from "./errors.js";

export interface ClusterFact {
  /** `ACTIVE`, `INACTIVE`, ... */
  status: string;
  capacityProviders: string[];
}

/** Undefined where there is no such cluster. */
export async function clusterNow(clients: AwsClients, cluster: string): Promise<ClusterFact | undefined> {
  const { DescribeClustersCommand } = await import("@aws-sdk/client-ecs");
  try {
    const answer = await (await clients.ecs()).send(new DescribeClustersCommand({ clusters: [cluster] }));
    const [found] = answer.clusters ?? [];
    return found && { status: found.status ?? "", capacityProviders: found.capacityProviders ?? [] };
  } catch (error) {
    throw classify(error, `describe the cluster ${cluster}`);
  }
}

/** What an ECS service registers its tasks with. */
export interface Wiring {
  targetGroup: string;
  container: string;
  containerPort: number;
}

/** Undefined where there is no such service. */
export async function wiringOf(
  clients: AwsClients,
  cluster: string,
  service: string,
): Promise<Wiring[] | undefined> {
  try {
    const [found] = (await describeServices(await clients.ecs(), cluster, [service])).services;
    if (found === undefined || found.status === "INACTIVE") return undefined;
    return (found.loadBalancers ?? []).map(({ targetGroupArn, containerName, containerPort }) => ({
      targetGroup: targetGroupArn ?? "",
      container: containerName ?? "",
      containerPort: containerPort ?? 0,
    }));
  } catch (error) {
    throw classify(error, `describe the service ${service}`);
  }
}
