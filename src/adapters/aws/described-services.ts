import type { ECSClient, Failure, Service, ServiceField } from "@aws-sdk/client-ecs";
import { platformFailure } from "../../core/errors.js";
import { inChunks } from "./pages.js";

/** What ECS says of each service that was named. */
export interface DescribedServices {
  services: Service[];
  /** Names of which ECS says nothing at all: neither that they are there nor that they are not. */
  untold: string[];
}

/**
 * Describes services of a cluster by name or ARN, however many. A service that is MISSING is left out; any other failure
 * says nothing of the service and raises `services-unread` (exit 1). Errors are the SDK's own.
 */
export async function describeServices(
  ecs: ECSClient,
  cluster: string,
  names: readonly string[],
  include?: ServiceField[],
): Promise<DescribedServices> {
  const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
  const answers = await inChunks("DescribeServices", names, async (services) => [
    await ecs.send(new DescribeServicesCommand({ cluster, services, include })),
  ]);
  const services = answers.flatMap((answer) => answer.services ?? []);
  const failures = answers.flatMap((answer) => answer.failures ?? []);
  const unread = failures.filter(({ reason }) => reason !== "MISSING");
  if (unread.length > 0) throw cannotTell(cluster, unread);
  const told = new Set(
    [
      ...services.flatMap(({ serviceName, serviceArn }) => [serviceName, serviceArn]),
      ...failures.map(({ arn }) => arn),
    ].map(lastPart),
  );
  return { services, untold: names.filter((name) => !told.has(lastPart(name))) };
}

function lastPart(name = ""): string {
  return name.split("/").at(-1) ?? name;
}

function cannotTell(cluster: string, unread: readonly Failure[]): Error {
  const told = unread.map(
    ({ arn, reason, detail }) => `${lastPart(arn)}: ${detail ?? reason ?? "no reason"}`,
  );
  return platformFailure(
    "services-unread",
    `ECS returned no result for services of ${cluster} (${told.join(", ")}).`,
    "Run the command again.",
  );
}
