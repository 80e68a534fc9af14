import { platformFailure } from "../../core/errors.js";
import type { AwsClients } from "./clients.js";
import { classify } from "./errors.js";

/** The login for the registries that the caller's role may use, valid for 12 hours. A secret. */
export interface RegistryLogin {
  username: string;
  password: string;
  /** User name and password as an `Authorization` header. */
  authorization: string;
}

/** Source: Amazon ECR, "Private registry authentication", "HTTP API authentication". */
export async function registryLogin(clients: AwsClients): Promise<RegistryLogin> {
  const { GetAuthorizationTokenCommand } = await import("@aws-sdk/client-ecr");
  try {
    const answer = await (await clients.ecr()).send(new GetAuthorizationTokenCommand({}));
    const token = answer.authorizationData?.[0]?.authorizationToken ?? "";
    const [username = "", ...password] = Buffer.from(token, "base64").toString("utf8").split(":");
    if (username === "") throw noToken();
    return { username, password: password.join(":"), authorization: `Basic ${token}` };
  } catch (error) {
    throw classify(error, "log in to the registry");
  }
}

function noToken(): Error {
  return platformFailure("registry-login", "ECR answered without a token.", "Run the command again.");
}
