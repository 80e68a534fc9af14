import { AwsError, type Site } from "../../cloud.js";
import type { Store } from "../../store.js";

export interface ParameterRow {
  name: string;
  site: Site;
  type: "String" | "StringList" | "SecureString";
  /** Sealed for a SecureString. */
  value: string;
  version: number;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
  description?: string;
  tier: string;
  dataType: string;
  allowedPattern?: string;
  keyId?: string;
  tags: Record<string, string>;
}

/** The parameters of all sites, found by name or ARN. */
export class Parameters {
  constructor(
    private readonly rows: Record<string, ParameterRow>,
    private readonly store: Store,
    readonly key: Buffer,
    readonly now: () => number,
  ) {}

  /** By name or ARN. */
  find(site: Site, name: string | undefined): ParameterRow | undefined {
    return this.rows[rowKey(site, plainName(name))];
  }

  get(site: Site, name: string | undefined): ParameterRow {
    const row = this.find(site, name);
    if (row === undefined) throw new AwsError("ParameterNotFound", `Parameter ${name ?? ""} not found.`);
    return row;
  }

  put(row: ParameterRow): void {
    this.rows[rowKey(row.site, row.name)] = row;
    this.store.changed();
  }

  remove(row: ParameterRow): void {
    Reflect.deleteProperty(this.rows, rowKey(row.site, row.name));
    this.store.changed();
  }

  list(site: Site): ParameterRow[] {
    const prefix = rowKey(site, "");
    const found = Object.entries(this.rows).filter(([key]) => key.startsWith(prefix));
    return found.map(([, row]) => row).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  changed(): Record<string, never> {
    this.store.changed();
    return {};
  }
}

function rowKey(site: Site, name: string): string {
  return `${site.account}|${site.region}|${name}`;
}

/** `arn:aws:ssm:...:parameter/a/b` and `arn:...:parameter/a` as `/a/b` and `a`. */
export function plainName(name = ""): string {
  const inArn = name.split(":parameter")[1];
  if (inArn === undefined) return name;
  return inArn.indexOf("/", 1) === -1 ? inArn.slice(1) : inArn;
}
