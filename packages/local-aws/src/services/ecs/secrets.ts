import type { GetSecretValueCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import { AwsError, type AwsService, Cloud, type Site } from "../../cloud.js";
import type { Emulator } from "../../emulator/emulator.js";
import type { CallingCloud } from "../../provider/provider.js";
import { unlessGone } from "../../resources/convert.js";
import type { SecretReader } from "./task-spec.js";

/** Reads the `secrets` of container definitions: SSM parameters by name or ARN, secrets of Secrets Manager by ARN. */
/** What is not here is looked for in the emulators of the site, which programs have made it in. */
export function secretReader(
  ssm: AwsService,
  secretsmanager: AwsService,
  emulatorsOf: (site: Site) => readonly Emulator[] = () => [],
): SecretReader {
  const own = new Cloud({ ssm, secretsmanager });
  return async (valueFrom, site) => {
    const isStored = valueFrom.split(":")[2] === "secretsmanager";
    const read = isStored ? readStored : readParameter;
    const elsewhere = emulatorsOf(site).filter((one) => one.emulates(isStored ? "secretsmanager" : "ssm"));
    const places = [own, ...elsewhere.map((emulator) => emulator.over(own))];
    const found: string[] = [];
    for (const place of places) {
      const value = await unlessGone(read(place, valueFrom, site), ...notThere);
      if (value !== undefined) found.push(value);
    }
    const [value] = found;
    if (value === undefined) return read(own, valueFrom, site);
    if (new Set(found).size === 1) return value;
    throw new AwsError(
      "AmbiguousSecret",
      `${found.length} emulators of this local target have one of that name`,
    );
  };
}

const notThere = ["ParameterNotFound", "ResourceNotFoundException"];

async function readParameter(cloud: CallingCloud, valueFrom: string, site: Site): Promise<string> {
  const input = { Name: valueFrom, WithDecryption: true };
  const { Parameter } = await cloud.call<GetParameterCommandOutput>("ssm", "GetParameter", input, site);
  return Parameter?.Value ?? "";
}

/**
 * `arn:...:secret:name-AbCdEf:key:stage:version`, of which the last three may be left out or empty. Source: ECS, "Pass
 * Secrets Manager secrets through environment variables".
 */
async function readStored(cloud: CallingCloud, reference: string, site: Site): Promise<string> {
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
