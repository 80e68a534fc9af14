import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { type AwsClients, awsClients } from "../../../src/aws/clients.js";
import { account, region } from "./stage.js";

/** The driver's own clients, as it opens them, and those it has not yet. The access key id names the account. */
export async function openClients(endpoint: string, accessKeyId = account) {
  const connection = { endpoint, region, credentials: { accessKeyId, secretAccessKey: "local" } };
  const clients = awsClients(connection);
  const others = { ssm: new SSMClient(connection), sts: new STSClient(connection) };
  const sent = await commandsSentBy(clients);
  const closeClients = () => {
    clients.close();
    Object.values(others).forEach((client) => client.destroy());
  };
  return { clients, others, sent, closeClients };
}

/** What the SDK's middleware needs to be of any client. */
interface Watched {
  middlewareStack: {
    add(
      middleware: (
        next: (args: never) => unknown,
        context: { commandName?: string },
      ) => (args: never) => unknown,
      options: { step: "initialize" },
    ): void;
  };
}

/** Names of the commands that the clients have sent: `DescribeServicesCommand`. */
async function commandsSentBy({ ecs, ecr, elbv2, ec2, iam, logs }: AwsClients): Promise<Set<string>> {
  const sent = new Set<string>();
  const watched: Watched[] = await Promise.all([ecs(), ecr(), elbv2(), ec2(), iam(), logs()]);
  for (const { middlewareStack } of watched) {
    middlewareStack.add(
      (next, { commandName = "" }) =>
        (args) => {
          sent.add(commandName);
          return next(args);
        },
      { step: "initialize" },
    );
  }
  return sent;
}
