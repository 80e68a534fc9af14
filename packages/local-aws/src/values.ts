import { AwsError, type Cloud, type Site } from "./cloud.js";
import type { RecordedRows } from "./resources/rows.js";
import { putExport } from "./services/cloudformation/cloudformation.js";

/** A value that settings may refer to, as somebody writes it for a rehearsal. */
export interface NewValue {
  kind: "export" | "parameter" | "secret";
  name: string;
  value: string;
  /** Of a parameter: whether it is a SecureString. */
  secure?: boolean | undefined;
}

/** Writes a value, over what is there. Throws AwsError as AWS does. */
export async function putValue(
  { rows, own }: { rows: RecordedRows; own: Cloud },
  { kind, name, value, secure = false }: NewValue,
  site: Site,
): Promise<void> {
  if (kind === "export") {
    putExport(rows, site, name, value);
  } else if (kind === "parameter") {
    const Type = secure ? "SecureString" : "String";
    await own.call("ssm", "PutParameter", { Name: name, Value: value, Type, Overwrite: true }, site);
  } else {
    try {
      await own.call("secretsmanager", "PutSecretValue", { SecretId: name, SecretString: value }, site);
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
      await own.call("secretsmanager", "CreateSecret", { Name: name, SecretString: value }, site);
    }
  }
}
