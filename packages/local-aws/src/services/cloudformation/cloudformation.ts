import { AwsError, type AwsService, type Site } from "../../cloud.js";
import type { RecordedRows } from "../../resources/rows.js";
import { text } from "../../resources/convert.js";

const type = "cloudformation/export";
/** Source: ListExports: it says no size; its pages hold 100. */
const pageSize = 100;

/** Exports of stacks that are not here: `moorage local value export` writes them. */
export function createCloudFormation(rows: RecordedRows): AwsService {
  return {
    operations: {
      ListExports({ NextToken }: { NextToken?: string }, site: Site) {
        const all = rows
          .list(type, site)
          .map(({ id, properties }) => ({
            ExportingStackId: text(properties["stack"]),
            Name: id,
            Value: text(properties["value"]),
          }))
          .sort((one, other) => (one.Name < other.Name ? -1 : 1));
        const from = NextToken === undefined ? 0 : Number(NextToken);
        if (!Number.isInteger(from)) throw new AwsError("ValidationError", "NextToken is not valid.");
        const end = from + pageSize;
        return { Exports: all.slice(from, end), NextToken: end < all.length ? String(end) : undefined };
      },
    },
  };
}

/** Source: CloudFormation, "Outputs": an export's name has at most 255 letters, digits, colons and hyphens. */
export function putExport(rows: RecordedRows, site: Site, name: string, value: string): void {
  if (!/^[A-Za-z0-9:-]{1,255}$/.test(name))
    throw new AwsError(
      "ValidationError",
      `Export name ${name} must have letters, digits, colons and hyphens.`,
    );
  const stack = `arn:aws:cloudformation:${site.region}:${site.account}:stack/rehearsal/${name}`;
  rows.put({ type, id: name, site, properties: { value, stack } });
}
