import type { Site } from "../../cloud.js";
import type { Limits } from "./limits.js";
import type { ListenerRow, Rows, TargetGroupRow } from "./rows.js";

export type SubnetOf = (subnetId: string, site: Site) => { vpc: string; zone: string } | undefined;

/** What the operations share. */
export interface Context {
  rows: Rows;
  limits(): Limits;
  /** The VPC and zone of a subnet; undefined where it is not there. Without it, subnets are not looked at. */
  subnetOf?: SubnetOf | undefined;
  /** Whether a listener is HTTPS, or stands for one that is. */
  isEncrypted(listener: Pick<ListenerRow, "port" | "protocol">): boolean;
  /** Whether a port of this machine cannot be opened; without it, none is looked at. */
  portTaken?: ((port: number) => Promise<boolean>) | undefined;
  /** Seals client secrets (32 bytes). */
  key: Buffer;
  /** Rows that answers are made of were mutated: they are to be saved. */
  saved(): void;
  /** Load balancers, listeners, rules or target groups came, went or changed: traffic and checks follow them. */
  rerouted(): void;
  /** A group's health check settings changed. */
  recheck(group: TargetGroupRow): void;
}
