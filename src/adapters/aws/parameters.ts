import type { AwsClients } from "./clients.js";
import { classify, unlessAbsent } from "./errors.js";

/** A value of Parameter Store and which of its versions it is, counted from 1. */
export interface ParameterVersion {
  value: string;
  version: number;
}

/** What a parameter holds now; undefined where there is none of that name. */
export async function readParameter(
  clients: AwsClients,
  name: string,
): Promise<ParameterVersion | undefined> {
  const { GetParameterCommand } = await import("@aws-sdk/client-ssm");
  try {
    const command = new GetParameterCommand({ Name: name });
    const answer = await unlessAbsent((await clients.ssm()).send(command), "ParameterNotFound");
    const { Value: value, Version: version } = answer?.Parameter ?? {};
    return value === undefined ? undefined : { value, version: version ?? 0 };
  } catch (error) {
    throw classify(error, `read the parameter ${name} (ssm:GetParameter)`);
  }
}

/** Writes a plain text, over what is there. Gives the version that it became. */
export async function writeParameter(clients: AwsClients, name: string, value: string): Promise<number> {
  const { PutParameterCommand } = await import("@aws-sdk/client-ssm");
  try {
    const command = new PutParameterCommand({ Name: name, Value: value, Type: "String", Overwrite: true });
    return (await (await clients.ssm()).send(command)).Version ?? 0;
  } catch (error) {
    throw classify(error, `write the parameter ${name} (ssm:PutParameter)`);
  }
}

/** Removes a parameter; one that is gone is no error. */
export async function deleteParameter(clients: AwsClients, name: string): Promise<void> {
  const { DeleteParameterCommand } = await import("@aws-sdk/client-ssm");
  try {
    const command = new DeleteParameterCommand({ Name: name });
    await unlessAbsent((await clients.ssm()).send(command), "ParameterNotFound");
  } catch (error) {
    throw classify(error, `delete the parameter ${name} (ssm:DeleteParameter)`);
  }
}
