import { type AwsClients, awsClients } from "../../../../src/adapters/aws/clients.js";
import { account, region } from "./stage.js";

/** The driver's own clients, as it opens them. The access key id names the account. */
export async function openClients(endpoint: string, accessKeyId = account, secretAccessKey = "local") {
  const clients = awsClients({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
  return { clients, sent: await commandsSentBy(clients) };
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
async function commandsSentBy({ close: _close, trace: _told, ...clients }: AwsClients): Promise<Set<string>> {
  const sent = new Set<string>();
  const opening = Object.values<() => Promise<Watched>>(clients).map((open) => open());
  for (const { middlewareStack } of await Promise.all(opening)) {
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
