import type { Site } from "../cloud.js";
import type { Properties } from "../provider/values.js";
import type { Store } from "../store.js";

/** A resource that exists by being written down. */
export interface RecordedRow {
  /** `ec2/securityGroup`: the token without package and class. */
  type: string;
  id: string;
  site: Site;
  properties: Properties;
  /** Deleted, and kept by AWS for a while. */
  gone?: true;
}

/** The rows of all recorded types, shared by the provider and the describing operations of EC2 and IAM. */
export class RecordedRows {
  private readonly rows: Record<string, RecordedRow>;

  constructor(private readonly store: Store) {
    this.rows = store.table<RecordedRow>("recorded");
  }

  get(type: string, site: Site, id: string): RecordedRow | undefined {
    return this.rows[rowKey(type, site, id)];
  }

  put(row: RecordedRow): void {
    this.rows[rowKey(row.type, row.site, row.id)] = row;
    this.store.changed();
  }

  remove(type: string, site: Site, id: string): void {
    Reflect.deleteProperty(this.rows, rowKey(type, site, id));
    this.store.changed();
  }

  every(): RecordedRow[] {
    return Object.values(this.rows);
  }

  /** Of every account and region. */
  all(type: string): RecordedRow[] {
    return Object.values(this.rows).filter((row) => row.type === type);
  }

  list(type: string, site: Site): RecordedRow[] {
    const prefix = rowKey(type, site, "");
    return Object.entries(this.rows)
      .filter(([key]) => key.startsWith(prefix))
      .map(([, row]) => row);
  }
}

/** IAM and Route 53 are global: their rows carry no region. GitHub knows nothing of AWS's accounts either. */
function rowKey(type: string, site: Site, id: string): string {
  const account = type.startsWith("github/") ? "" : site.account;
  const region = /^(iam|route53|github)\//.test(type) ? "" : site.region;
  return `${account}|${region}|${type}|${id}`;
}
