import type { GetParameterCommandOutput } from "@aws-sdk/client-ssm";
import type { DescribeSecretCommandOutput } from "@aws-sdk/client-secrets-manager";
import { AwsError } from "../cloud.js";
import { tagMap, text } from "../resources/convert.js";
import type { Scope } from "../resources/resource.js";
import type { Properties } from "./values.js";

interface Exports {
  Exports: { Name: string; Value: string; ExportingStackId: string }[];
  NextToken?: string;
}

/**
 * Data sources of what settings refer to by name. Source: terraform-provider-aws, internal/service/cloudformation/export_data_source.go,
 * ssm/parameter_data_source.go, secretsmanager/secret_data_source.go.
 */
export const valueInvokes = {
  "aws:cloudformation/getExport:getExport": getExport,
  "aws:ssm/getParameter:getParameter": getParameter,
  "aws:secretsmanager/getSecret:getSecret": getSecret,
};

async function getExport({ name }: Properties, { call, site }: Scope): Promise<Properties> {
  let NextToken: string | undefined;
  do {
    const page = await call<Exports>("cloudformation", "ListExports", { NextToken });
    const found = page.Exports.find(({ Name }) => Name === name);
    if (found !== undefined) {
      return {
        id: `${site.region}-${text(name)}`,
        name,
        value: found.Value,
        exportingStackId: found.ExportingStackId,
      };
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  throw new AwsError("NotFound", `reading CloudFormation Export (${text(name)}): couldn't find resource`);
}

/** With a SecureString's value only where it is asked to be decrypted, as by default. */
async function getParameter(
  { name, withDecryption = true }: Properties,
  { call }: Scope,
): Promise<Properties> {
  const { Parameter } = await call<GetParameterCommandOutput>("ssm", "GetParameter", {
    Name: name,
    WithDecryption: withDecryption,
  });
  const { ARN: arn, Name, Type: type, Value: value = "", Version: version } = Parameter ?? {};
  const insecureValue = type === "SecureString" ? "" : value;
  return { id: Name, name, arn, type, value, insecureValue, version, withDecryption };
}

async function getSecret({ name, arn }: Properties, { call }: Scope): Promise<Properties> {
  const secret = await call<DescribeSecretCommandOutput>("secretsmanager", "DescribeSecret", {
    SecretId: name ?? arn,
  });
  return {
    id: secret.ARN,
    arn: secret.ARN,
    name: secret.Name,
    description: secret.Description ?? "",
    kmsKeyId: secret.KmsKeyId ?? "",
    createdDate: secret.CreatedDate?.toISOString(),
    lastChangedDate: secret.LastChangedDate?.toISOString(),
    policy: "",
    tags: tagMap(secret.Tags) ?? {},
  };
}
