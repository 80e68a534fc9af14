import type { ECSClient } from "@aws-sdk/client-ecs";
import type { AwsClients } from "./clients.js";
import { codeOf, unlessAbsent } from "./errors.js";
import { everyPage } from "./pages.js";

export interface StopRequest {
  /** ARN or name. */
  cluster: string;
  service: string;
  /** ARNs of service deployments that are somebody else's. */
  except?: readonly string[];
  signal: AbortSignal;
}

/**
 * Asks ECS to stop the service's deployments in progress, each with a rollback; one with nothing to roll back to
 * is aborted. Returns their ARNs. Source: ECS API reference, StopServiceDeployment.
 */
export async function stopDeployments(clients: AwsClients, request: StopRequest): Promise<string[]> {
  const ecs = await clients.ecs();
  const underWay = await deploymentsUnderWay(ecs, request);
  const stopped: string[] = [];
  for (const arn of underWay) if (await stop(ecs, arn, request.signal)) stopped.push(arn);
  return stopped;
}

async function deploymentsUnderWay(
  ecs: ECSClient,
  { cluster, service, except = [], signal }: StopRequest,
): Promise<string[]> {
  const { ListServiceDeploymentsCommand } = await import("@aws-sdk/client-ecs");
  const wanted = { cluster, service, status: ["PENDING", "IN_PROGRESS"] } as const;
  const underWay = await everyPage(
    (nextToken) =>
      unlessAbsent(
        ecs.send(new ListServiceDeploymentsCommand({ ...wanted, status: [...wanted.status], nextToken }), {
          abortSignal: signal,
        }),
        "ServiceNotFoundException",
        "ClusterNotFoundException",
      ),
    (page) => ({ items: page?.serviceDeployments, next: page?.nextToken }),
  );
  const arns = underWay.flatMap((entry) => entry.serviceDeploymentArn ?? []);
  return arns.filter((arn) => !except.includes(arn));
}

/** False where the deployment ended before it could be stopped. */
async function stop(ecs: ECSClient, serviceDeploymentArn: string, signal: AbortSignal): Promise<boolean> {
  const { StopServiceDeploymentCommand } = await import("@aws-sdk/client-ecs");
  const ask = (stopType: "ROLLBACK" | "ABORT") =>
    ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType }), { abortSignal: signal });
  try {
    await ask("ROLLBACK").catch((error: unknown) => {
      if (codeOf(error) !== "ClientException") throw error;
      return ask("ABORT");
    });
    return true;
  } catch (error) {
    if (["ConflictException", "ServiceDeploymentNotFoundException"].includes(codeOf(error) ?? ""))
      return false;
    throw error;
  }
}
