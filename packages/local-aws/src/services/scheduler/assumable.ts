import type { Site } from "../../cloud.js";
import { list, object, text } from "../../resources/convert.js";
import type { RecordedRows } from "../../resources/rows.js";

/** Calls `refuse` unless the role is there and its trust names the service. Conditions of a trust are not evaluated. */
export function refuseRoleOf(
  roleArn: string,
  service: string,
  rows: RecordedRows,
  site: Site,
  refuse: () => never,
): void {
  const role = rows.list("iam/role", site).find(({ properties }) => properties["arn"] === roleArn);
  if (role === undefined || !isTrusted(text(role.properties["assumeRolePolicy"]), service)) refuse();
}

function isTrusted(document: string, service: string): boolean {
  const statements = [object(JSON.parse(document))["Statement"]].flat();
  return statements.map(object).some((statement) => {
    const principals = [object(statement["Principal"])["Service"]].flat();
    return statement["Effect"] === "Allow" && list(principals).includes(service);
  });
}
