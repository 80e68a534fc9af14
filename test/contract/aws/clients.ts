import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { awsClients } from "../../../src/aws/clients.js";
import { account, region } from "./stage.js";

/** The driver's own clients, as it opens them, and those it has not yet. */
export function openClients(endpoint: string) {
  const connection = { endpoint, region, credentials: { accessKeyId: account, secretAccessKey: "local" } };
  const clients = awsClients(connection);
  const others = { ssm: new SSMClient(connection), sts: new STSClient(connection) };
  const closeClients = () => {
    clients.close();
    Object.values(others).forEach((client) => client.destroy());
  };
  return { clients, others, closeClients };
}
