import type { PendingOperation, StateResource } from "./engine.js";
import { nameOf } from "./events.js";
import { masked } from "./secrets.js";

/** A row of Pulumi's state, as far as we read it (pulumi: sdk/go/common/apitype, ResourceV3). The rest is carried along. */
export interface Row {
  urn: string;
  type: string;
  /** False for components, which exist in the state alone. */
  custom?: boolean;
  id?: string;
  protect?: boolean;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  parent?: string;
  dependencies?: string[];
  propertyDependencies?: Record<string, string[] | null>;
  deletedWith?: string;
  /** `<URN of the provider>::<its id>`. */
  provider?: string;
  /** Replaced, and still to be deleted. */
  delete?: boolean;
  /** Deleted, and still to be created again. */
  pendingReplacement?: boolean;
  refreshBeforeUpdate?: boolean;
}

/** What `pulumi stack export` prints. */
export interface StateDeployment {
  version: number;
  features?: string[];
  deployment: {
    /** ISO 8601: when the engine wrote it. */
    manifest?: { time?: string };
    resources?: Row[];
    /** How the state's secrets are encrypted. */
    secrets_providers?: { type: string; state?: { url?: string; salt?: string } };
    pending_operations?: { resource: Row; type: PendingOperation["kind"] }[];
  };
}

/** The state for a reader: secrets masked. */
export function resourcesOf({ deployment }: StateDeployment): StateResource[] {
  return (deployment.resources ?? []).map(resourceOf);
}

/** `passphrase`, `service`, or a key's URL such as `awskms://...`: as `secretsprovider` names it in the stack's yaml. */
export function secretsProviderOf({ deployment }: StateDeployment): string | undefined {
  const { type, state } = deployment.secrets_providers ?? {};
  return type === "cloud" ? state?.url : type;
}

export function pendingOf({ deployment }: StateDeployment): PendingOperation[] {
  return (deployment.pending_operations ?? []).map(({ type, resource }) => ({
    kind: type,
    resource: resourceOf(resource),
  }));
}

export function resourceOf(row: Row): StateResource {
  return {
    urn: row.urn,
    type: row.type,
    name: nameOf(row.urn),
    ...(row.id !== undefined && { id: row.id }),
    ...(row.protect === true && { protected: true }),
    inputs: masked(row.inputs) ?? {},
    outputs: masked(row.outputs) ?? {},
  };
}
