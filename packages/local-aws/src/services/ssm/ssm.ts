import type * as Sdk from "@aws-sdk/client-ssm";
import { AwsError, arn, type AwsService, type Site } from "../../cloud.js";
import { logsPage } from "../logs/events.js";
import type { Store } from "../../store.js";
import { type TagPair, withTags } from "../../resources/tags.js";
import { Parameters, plainName, type ParameterRow } from "./parameters.js";
import { seal, unseal } from "./secret.js";

/** Parameter Store. SecureStrings stand in the state only under `key` (32 bytes), never in plain text (F28). */
export function createSsm(uses: { store: Store; key: Buffer; now?: () => number }): AwsService {
  const rows = uses.store.table<ParameterRow>("parameters");
  const parameters = new Parameters(rows, uses.store, uses.key, uses.now ?? Date.now);
  return {
    operations: {
      ...readOperations(parameters),
      ...writeOperations(parameters),
      ...tagOperations(parameters),
    },
  };
}

function writeOperations(parameters: Parameters): AwsService["operations"] {
  return {
    PutParameter(input: Sdk.PutParameterCommandInput, site: Site) {
      const before = parameters.find(site, input.Name);
      if (before !== undefined && input.Overwrite !== true) {
        throw new AwsError(
          "ParameterAlreadyExists",
          "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
        );
      }
      if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
        throw new AwsError(
          "ValidationException",
          "Invalid request: tags and overwrite can't be used together.",
        );
      }
      const row = written(input, before, site, parameters);
      parameters.put(row);
      return { Version: row.version, Tier: row.tier };
    },
    DeleteParameter(input: Sdk.DeleteParameterCommandInput, site: Site) {
      parameters.remove(parameters.get(site, input.Name));
      return {};
    },
    DeleteParameters({ Names = [] }: Sdk.DeleteParametersCommandInput, site: Site) {
      const found = Names.filter((name) => parameters.find(site, name) !== undefined);
      for (const name of found) parameters.remove(parameters.get(site, name));
      return { DeletedParameters: found, InvalidParameters: Names.filter((name) => !found.includes(name)) };
    },
  };
}

function written(
  input: Sdk.PutParameterCommandInput,
  before: ParameterRow | undefined,
  site: Site,
  { key, now }: Parameters,
): ParameterRow {
  const type = input.Type ?? before?.type;
  if (type === undefined)
    throw new AwsError("ValidationException", "A parameter type is required when you create a parameter.");
  checkValue(input, type);
  const value = input.Value ?? "";
  return {
    name: plainName(input.Name),
    site,
    type,
    value: type === "SecureString" ? seal(value, key) : value,
    version: (before?.version ?? 0) + 1,
    modifiedAt: now(),
    tier: input.Tier ?? before?.tier ?? "Standard",
    dataType: input.DataType ?? "text",
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.AllowedPattern === undefined ? {} : { allowedPattern: input.AllowedPattern }),
    ...(type === "SecureString" ? { keyId: input.KeyId ?? "alias/aws/ssm" } : {}),
    tags: withTags("ssm", before?.tags ?? {}, (input.Tags ?? []).map(pairOf)),
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
function checkValue(
  { Name = "", Value = "", Tier, AllowedPattern }: Sdk.PutParameterCommandInput,
  type: string,
): void {
  if (!/^[\w.\-/]+$/.test(plainName(Name)) || /^\/?(aws|ssm)/i.test(plainName(Name))) {
    throw new AwsError(
      "ValidationException",
      `Parameter name ${Name} must be letters, digits or .-_/ and not start with aws or ssm.`,
    );
  }
  if (plainName(Name).split("/").length > 16) {
    throw new AwsError(
      "HierarchyLevelLimitExceededException",
      "A hierarchy can have a maximum of 15 levels.",
    );
  }
  if (AllowedPattern !== undefined && !new RegExp(AllowedPattern).test(Value)) {
    const words = `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`;
    throw new AwsError("ParameterPatternMismatchException", words);
  }
  if (Value === "")
    throw new AwsError(
      "ValidationException",
      "Value at 'value' failed to satisfy constraint: at least 1 character",
    );
  const most = Tier === "Advanced" ? 8192 : 4096;
  if (Buffer.byteLength(Value) > most) {
    throw new AwsError(
      "ValidationException",
      `Standard tier parameters support a maximum parameter value of ${most} characters.`,
    );
  }
  if (!["String", "StringList", "SecureString"].includes(type)) {
    throw new AwsError("UnsupportedParameterType", "The parameter type isn't supported.");
  }
}

function readOperations(parameters: Parameters): AwsService["operations"] {
  const shown = (row: ParameterRow, decrypt: boolean | undefined) => ({
    Name: row.name,
    Type: row.type,
    Value: row.type === "SecureString" && decrypt === true ? unseal(row.value, parameters.key) : row.value,
    Version: row.version,
    LastModifiedDate: new Date(row.modifiedAt),
    ARN: arn("ssm", row.site, `parameter${row.name.startsWith("/") ? "" : "/"}${row.name}`),
    DataType: row.dataType,
  });
  return {
    GetParameter: (input: Sdk.GetParameterCommandInput, site: Site) => ({
      Parameter: shown(parameters.get(site, input.Name), input.WithDecryption),
    }),
    GetParameters({ Names = [], WithDecryption }: Sdk.GetParametersCommandInput, site: Site) {
      const found = Names.flatMap((name) => parameters.find(site, name) ?? []);
      return {
        Parameters: found.map((row) => shown(row, WithDecryption)),
        InvalidParameters: Names.filter((name) => parameters.find(site, name) === undefined),
      };
    },
    GetParametersByPath(input: Sdk.GetParametersByPathCommandInput, site: Site) {
      const path = input.Path?.endsWith("/") ? input.Path : `${input.Path ?? ""}/`;
      const under = parameters
        .list(site)
        .filter((row) => row.name.startsWith(path))
        .filter((row) => input.Recursive === true || !row.name.slice(path.length).includes("/"));
      const { items, nextToken } = logsPage(under, input.NextToken, input.MaxResults ?? 10);
      return { Parameters: items.map((row) => shown(row, input.WithDecryption)), NextToken: nextToken };
    },
    DescribeParameters(input: Sdk.DescribeParametersCommandInput, site: Site) {
      const matching = parameters
        .list(site)
        .filter((row) => (input.ParameterFilters ?? []).every(nameFilter(row)));
      const { items, nextToken } = logsPage(matching, input.NextToken, input.MaxResults ?? 10);
      return { Parameters: items.map(described), NextToken: nextToken };
    },
  };
}

function nameFilter(row: ParameterRow): (filter: Sdk.ParameterStringFilter) => boolean {
  return ({ Key, Option = "Equals", Values = [] }) => {
    if (Key !== "Name")
      throw new AwsError("InvalidFilterKey", `Filter ${Key ?? ""} is not part of the local target.`);
    return Values.some((value) =>
      Option === "BeginsWith" ? row.name.startsWith(value) : row.name === value,
    );
  };
}

function described(row: ParameterRow) {
  return {
    Name: row.name,
    ARN: arn("ssm", row.site, `parameter${row.name.startsWith("/") ? "" : "/"}${row.name}`),
    Type: row.type,
    KeyId: row.keyId,
    Description: row.description,
    AllowedPattern: row.allowedPattern,
    Version: row.version,
    Tier: row.tier,
    DataType: row.dataType,
    LastModifiedDate: new Date(row.modifiedAt),
  };
}

function pairOf({ Key = "", Value = "" }: Sdk.Tag): TagPair {
  return [Key, Value];
}

function tagOperations(parameters: Parameters): AwsService["operations"] {
  const tagged = (input: { ResourceId?: string }, site: Site) => {
    const row = parameters.find(site, input.ResourceId);
    if (row === undefined) throw new AwsError("InvalidResourceId", "The resource ID isn't valid.");
    return row;
  };
  return {
    ListTagsForResource: (input: Sdk.ListTagsForResourceCommandInput, site: Site) => ({
      TagList: Object.entries(tagged(input, site).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
    AddTagsToResource(input: Sdk.AddTagsToResourceCommandInput, site: Site) {
      const row = tagged(input, site);
      row.tags = withTags("ssm", row.tags, (input.Tags ?? []).map(pairOf));
      return parameters.changed();
    },
    RemoveTagsFromResource(input: Sdk.RemoveTagsFromResourceCommandInput, site: Site) {
      const { tags } = tagged(input, site);
      for (const name of input.TagKeys ?? []) Reflect.deleteProperty(tags, name);
      return parameters.changed();
    },
  };
}
