import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";

/** Which stack, where its state is, and what a run of it is given. */
export interface StackSpec {
  project: string;
  stack: string;
  /** `file:///...`, `s3://...` or a Pulumi Cloud URL. */
  backendUrl: string;
  /** Values as they stand in `Pulumi.<stack>.yaml` under `config:`, fully qualified keys; objects allowed. */
  config: Record<string, unknown>;
  /** `secretsprovider`, `encryptedkey`, `encryptionsalt` of the stack's own yaml, carried over untouched. */
  settings?: Record<string, string>;
  /** What else the engine is told of Pulumi.yaml: `options`, `plugins`, `requiredPulumiVersion`. */
  projectSettings?: Record<string, unknown>;
  /** Environment of the CLI: passphrase, attached providers, credentials. Never printed. */
  env: Record<string, string>;
}

/** Resources by what was done to them: `{ create: 11 }`, `{ same: 12 }`. */
export type Changes = Partial<Record<"create" | "update" | "delete" | "replace" | "same", number>>;

export interface ResourceEvent {
  /** `creating`, `created`, `updating`, ... as a person reads it. */
  status: "started" | "done" | "failed";
  operation: "create" | "update" | "delete" | "replace" | "same" | "read" | "refresh";
  type: string;
  name: string;
  urn: string;
}

export interface RunOptions {
  signal?: AbortSignal;
  /** Bound on the whole run, in milliseconds (F31). */
  timeoutMs: number;
  onResource?: (event: ResourceEvent) => void;
  /** The engine's own diagnostics: program logs, provider warnings. */
  onDiagnostic?: (severity: string, message: string) => void;
}

export interface RepairOptions extends RunOptions {
  /** Where the run before was that is known to be gone, and since when (ISO 8601) the stack was its own. */
  gone?: { host: string; since: string } | undefined;
  /** How long after a look that found nothing the second one comes, in milliseconds: a creation may still be under way. */
  settleMs?: number;
  /** For a destroy: what belongs to somebody else is left alone. Otherwise it ends the run with `name-taken`. */
  leavesOthers?: boolean;
}

export interface UpOptions extends RunOptions {
  program: PulumiFn;
  /** What the record says: a stack that is believed to exist costs one process, a new one two. */
  exists: boolean;
}

export interface UpResult {
  changes: Changes;
  /** The stack's outputs; secrets are masked. */
  outputs: Record<string, unknown>;
  durationMs: number;
}

/** One thing that an update would do to a resource. */
export interface PlanStep {
  operation: "create" | "update" | "delete" | "replace";
  type: string;
  name: string;
  urn: string;
  /** Whether the resource is marked `protect` in the state. */
  protected: boolean;
  /** Paths of the properties that change. */
  changed: string[];
  /** Those of them that force a replacement. */
  replacedBy: string[];
  /** Inputs, secrets masked; none before a creation. */
  before?: Record<string, unknown>;
  /** None after a deletion. */
  after?: Record<string, unknown>;
  /** `<URN of the provider>::<its id>`, of what would be there then. */
  provider?: string;
}

export interface Plan {
  changes: Changes;
  /** What would be done, in the engine's order; resources that stay the same are left out. */
  steps: PlanStep[];
}

/** One resource in a stack's state. */
export interface StateResource {
  urn: string;
  type: string;
  name: string;
  id?: string;
  /** Set where it is marked `protect`. */
  protected?: true;
  inputs: Record<string, unknown>;
  outputs: Record<string, unknown>;
}

export interface StackState {
  resources: StateResource[];
  pending: PendingOperation[];
  /** How its secrets are encrypted: `passphrase`, `service` or a key's URL; undefined where it holds none. */
  secretsProvider: string | undefined;
}

/** Something that an engine which was killed had begun. */
export interface PendingOperation {
  kind: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

/**
 * What a look at the target tells of a resource that was being created. Only what is proven absent may be created again, and only what
 * carries the stack's own tags may be adopted.
 */
export type LookupFinding =
  /** `id`: in the form that `pulumi import` takes. */
  | { is: "ours"; id: string }
  | { is: "absent" }
  /** The id that it has if it exists: the engine's read tells that, and its tags whose it is. */
  | { is: "named"; id: string }
  /** Its name is taken. `what`: the thing that has it, and whose it is. */
  | { is: "others"; what: string }
  | { is: "unknown"; why: string };

/** Looks a resource up on the target by its name or tags. `known`: ids of its type that the state holds already. */
export type Lookup = (resource: StateResource, known: ReadonlySet<string>) => Promise<LookupFinding>;

/** Something that a plan would create and that is there already, ours by its tags. */
export interface Untracked {
  step: PlanStep;
  /** In the form that `pulumi import` takes. */
  id: string;
}

/** What a repair did, by URN. */
export interface Repaired {
  /** Found on the target, and read into the state. */
  adopted: string[];
  /** Proven absent. */
  forgotten: string[];
  /** Not created, because something of somebody else's has the name. */
  others: { urn: string; what: string }[];
}

/** The real Pulumi CLI, driven. Errors are MoorageErrors with the engine's own message. */
export interface Engine {
  up(spec: StackSpec, options: UpOptions): Promise<UpResult>;
  /** What an `up` would do; changes nothing but that a new stack is created, empty. */
  preview(spec: StackSpec, options: UpOptions): Promise<Plan>;
  /** Destroys and removes the stack. `absent` when there is no such stack; an authorisation error is an error. */
  destroy(
    spec: StackSpec,
    options: RunOptions,
  ): Promise<{
    result: "destroyed" | "absent";
    deleted: number;
    durationMs: number;
  }>;
  /** What the state holds, with pending operations; undefined when there is no such stack. */
  state(spec: StackSpec): Promise<StackState | undefined>;
  /** Reads the resources of a type from the target into the state, as they are; nothing on the target is changed. */
  refresh(spec: StackSpec, type: string, options: RunOptions): Promise<void>;
  /**
   * After a run that ended uncleanly: breaks the state lock of a process that is provably gone, resolves pending operations
   * by looking at the target (adopting what is ours, forgetting what is proven absent), and leaves a state without pending
   * operations. Where one cannot be resolved it raises `pending-operations` and changes nothing.
   */
  repair(spec: StackSpec, lookup: Lookup, options: RepairOptions): Promise<Repaired>;
  /**
   * Takes into the state what is there and in no state, read from the target. Gives the URNs of what it took: nothing of a
   * stack whose provider has not made anything yet.
   */
  adopt(spec: StackSpec, found: readonly Untracked[], options: RunOptions): Promise<string[]>;
  /** How many CLI processes this engine has started (a version check not counted). */
  readonly processes: number;
}
