import * as pulumi from "@pulumi/pulumi";

/** A one-off task with a service's new image, as the driver runs it. */
export interface Migration {
  /** ARN. */
  cluster: string;
  /** ARN with revision. */
  taskDefinition: string;
  /** The app's container. */
  container: string;
  command: string[];
  logGroup: string;
  subnets: string[];
  securityGroup: string;
  assignPublicIp: boolean;
  /** Milliseconds. */
  timeoutMs: number;
  tags: Record<string, string>;
}

/** What the driver has to do before the services are updated; what it rejects with ends the update. */
export type Gate = (migration: Migration) => Promise<void>;

type Pending = { [Key in keyof Migration]: pulumi.Input<Migration[Key]> };

/** Resolves to nothing when the services may be updated: at once in a plan, which runs nothing. */
export function pass(
  gate: Gate | undefined,
  migration: Pending | undefined,
): pulumi.Output<void> | undefined {
  if (gate === undefined || migration === undefined || pulumi.runtime.isDryRun()) return undefined;
  return pulumi.output(migration).apply((known) => gate(known as Migration));
}
