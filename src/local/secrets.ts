import type { GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import { AwsError, Cloud, type AwsService } from "./cloud.js";
import type { SecretReader } from "./ecs/task-spec.js";

/** Reads the `secrets` of container definitions: SSM parameters by name or ARN. Secrets Manager is not part of the local target. */
export function secretReader(ssm: AwsService): SecretReader {
  const cloud = new Cloud({ ssm });
  return async (valueFrom, site) => {
    if (valueFrom.includes(":secretsmanager:")) {
      throw new AwsError(
        "ResourceNotFoundException",
        `Secrets Manager can't find the specified secret ${valueFrom}: the local target keeps secrets in SSM parameters only.`,
      );
    }
    const input = { Name: valueFrom, WithDecryption: true };
    const { Parameter } = await cloud.call<GetParameterCommandOutput>("ssm", "GetParameter", input, site);
    return Parameter?.Value ?? "";
  };
}

/** Secrets Manager as far as it is here: it knows no secret, and says so. */
export function createSecretsManager(): AwsService {
  return {
    operations: {
      DescribeSecret() {
        throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
      },
    },
  };
}
