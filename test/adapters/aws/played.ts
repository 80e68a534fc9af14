import { onTestFinished } from "vitest";
import { type AwsClients, awsClients } from "../../src/aws/clients.js";
import type { AwsService, ServiceName } from "../../src/local/cloud.js";
import { clientConfig, serve } from "../local/api/serve.js";

export type Operations = Record<string, (input: never) => unknown>;

/** AWS's answers, played over its own protocols. */
export async function played(services: Partial<Record<ServiceName, Operations>>): Promise<AwsClients> {
  const clouds = Object.fromEntries(
    Object.entries(services).map(([name, operations]) => [name, { operations } as AwsService]),
  );
  const { endpoint } = await serve(clouds);
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  return aws;
}
