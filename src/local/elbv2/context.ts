import type { Site } from "../cloud.js";
import type { Limits } from "./limits.js";
import type { Rows, TargetGroupRow } from "./rows.js";

/** What the operations share. */
export interface Context {
  rows: Rows;
  limits(): Limits;
  /** The VPC of a subnet. */
  vpcOf(subnetId: string, site: Site): string;
  /** Rows that answers are made of were mutated: they are to be saved. */
  saved(): void;
  /** Load balancers, listeners, rules or target groups came, went or changed: traffic and checks follow them. */
  rerouted(): void;
  /** A group's health check settings changed. */
  recheck(group: TargetGroupRow): void;
}
