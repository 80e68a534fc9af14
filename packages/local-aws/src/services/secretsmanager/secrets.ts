import { randomInt } from "node:crypto";
import { AwsError, arn, type Site } from "../../cloud.js";
import type { Store } from "../../store.js";

export interface SecretVersion {
  id: string;
  /** `AWSCURRENT`, `AWSPREVIOUS`. */
  stages: string[];
  /** Sealed. */
  value: string;
}

export interface SecretRow {
  arn: string;
  name: string;
  site: Site;
  description?: string;
  kmsKeyId?: string;
  tags: Record<string, string>;
  /** Newest last. */
  versions: SecretVersion[];
  /** Milliseconds since the epoch. */
  createdAt: number;
  changedAt: number;
  /** When it was asked to be deleted, and when it will be gone. */
  deletedAt?: number;
  goneAt?: number;
}

const suffixLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** The secrets of all sites. A deleted one keeps its name until its recovery window is over. */
export class Secrets {
  constructor(
    private readonly rows: Record<string, SecretRow>,
    private readonly store: Store,
    readonly key: Buffer,
    readonly now: () => number,
  ) {}

  /** By name, ARN, or an ARN without its six random letters. */
  find(site: Site, id = ""): SecretRow | undefined {
    for (const row of Object.values(this.rows)) {
      if ((row.goneAt ?? Infinity) <= this.now()) this.remove(row);
      else if (row.arn === id || row.arn.slice(0, -7) === id || isNamed(row, site, id)) return row;
    }
    return undefined;
  }

  /** Throws ResourceNotFoundException. */
  get(site: Site, id: string | undefined): SecretRow {
    const row = this.find(site, id);
    if (row) return row;
    throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  /** Throws InvalidRequestException for one that is marked for deletion. */
  usable(site: Site, id: string | undefined): SecretRow {
    const row = this.get(site, id);
    if (row.deletedAt === undefined) return row;
    throw new AwsError(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  put(row: SecretRow): void {
    this.rows[row.arn] = row;
    this.store.changed();
  }

  remove(row: SecretRow): void {
    Reflect.deleteProperty(this.rows, row.arn);
    this.store.changed();
  }

  changed(): void {
    this.store.changed();
  }
}

function isNamed(row: SecretRow, site: Site, name: string): boolean {
  return row.name === name && row.site.account === site.account && row.site.region === site.region;
}

/** Six letters make the ARN of a secret differ from that of a namesake that is gone. */
export function newSecretArn(site: Site, name: string): string {
  const letters = Array.from({ length: 6 }, () => suffixLetters[randomInt(suffixLetters.length)]);
  return arn("secretsmanager", site, `secret:${name}-${letters.join("")}`);
}
