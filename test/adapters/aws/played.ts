import { onTestFinished } from "vitest";
import { type AwsClients, awsClients } from "../../../src/adapters/aws/clients.js";
import type { AwsService, ServiceName } from "../../../packages/local-aws/src/cloud.js";
import { clientConfig, serve } from "../../../packages/local-aws/test/wire/serve.js";

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
