import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/** What a service's `secrets` may name. */
export type SecretState = "there" | "absent" | "being deleted";

/** Whether a parameter or a secret is there, by ARN or by name. Its value is not read. Raises an error for an ARN of neither. */
export async function secretState(
  clients: AwsClients,
  given: string | { from: string; name: string },
): Promise<SecretState> {
  const name = typeof given === "string" ? given : given.name;
  const isParameter = typeof given === "string" ? given.split(":")[2] === "ssm" : given.from === "fromSsm";
  try {
    return isParameter ? await parameterState(clients, name) : await storedState(clients, name);
  } catch (error) {
    throw classify(error, `look at ${name}`);
  }
}

async function parameterState(clients: AwsClients, arn: string): Promise<SecretState> {
  const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
  // Takes an ARN for a name, and leaves a secure string as it is stored.
  const command = new GetParameterCommand({ Name: arn, WithDecryption: false });
  const answer = await unlessAbsent((await clients.ssm()).send(command), "ParameterNotFound");
  return answer ? "there" : "absent";
}

async function storedState(clients: AwsClients, arn: string): Promise<SecretState> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  // A task definition may add a JSON key, stage and version to the ARN.
  const command = new DescribeSecretCommand({ SecretId: arn.split(":").slice(0, 7).join(":") });
  const answer = await unlessAbsent(
    (await clients.secretsManager()).send(command),
    "ResourceNotFoundException",
  );
  if (answer === undefined) return "absent";
  return answer.DeletedDate === undefined ? "there" : "being deleted";
}
