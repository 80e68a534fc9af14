import type { GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import { AwsError, type AwsService, Cloud, type Site } from "../../cloud.js";
import type { SecretReader } from "./task-spec.js";

/** Reads the `secrets` of container definitions: SSM parameters by name or ARN, secrets of Secrets Manager by ARN. */
export function secretReader(ssm: AwsService, secretsmanager: AwsService): SecretReader {
  const cloud = new Cloud({ ssm, secretsmanager });
  return async (valueFrom, site) => {
    if (valueFrom.split(":")[2] === "secretsmanager") return readStored(cloud, valueFrom, site);
    const input = { Name: valueFrom, WithDecryption: true };
    const { Parameter } = await cloud.call<GetParameterCommandOutput>("ssm", "GetParameter", input, site);
    return Parameter?.Value ?? "";
  };
}

/**
 * `arn:...:secret:name-AbCdEf:key:stage:version`, of which the last three may be left out or empty. Source: ECS, "Pass
 * Secrets Manager secrets through environment variables".
 */
async function readStored(cloud: Cloud, reference: string, site: Site): Promise<string> {
  const parts = reference.split(":");
  const [key, stage, version] = parts.slice(7);
  const input = {
    SecretId: parts.slice(0, 7).join(":"),
    VersionStage: stage || undefined,
    VersionId: version || undefined,
  };
  const answer = await cloud.call<GetSecretValueCommandOutput>(
    "secretsmanager",
    "GetSecretValue",
    input,
    site,
  );
  return key ? memberOf(answer.SecretString ?? "", key) : (answer.SecretString ?? "");
}

function memberOf(json: string, key: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    throw new AwsError("InvalidSecret", "invalid character in the secret's value: it is no JSON");
  }
  const value: unknown = Object(parsed)[key];
  if (value === undefined) {
    throw new AwsError(
      "InvalidSecret",
      `retrieved secret from Secrets Manager did not contain json key ${key}`,
    );
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}
