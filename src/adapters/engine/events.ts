import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import type { Changes, ResourceEvent, RunOptions } from "./engine.js";
import { masked } from "./secrets.js";

export interface ErrorDiagnostic {
  urn: string | undefined;
  message: string;
}

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const operations: Partial<Record<OpType, ResourceEvent["operation"]>> = {
  same: "same",
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
};

const stackType = "pulumi:pulumi:Stack";

/** What the engine's event stream says about one run, told on as it comes and kept for the result. */
export class EventLog {
  changes: Changes = {};
  outputs: Record<string, unknown> = {};
  readonly errors: ErrorDiagnostic[] = [];
  /** URNs of what was begun and has not ended. */
  readonly unfinished = new Set<string>();
  /** Resources of the stack that were deleted; the engine's own (stack, providers) not counted. */
  deleted = 0;

  constructor(private readonly listeners: Pick<RunOptions, "onResource" | "onDiagnostic">) {}

  readonly read = (event: EngineEvent): void => {
    if (event.resourcePreEvent) this.step("started", event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.step("done", event.resOutputsEvent.metadata);
    if (event.resOpFailedEvent) this.step("failed", event.resOpFailedEvent.metadata);
    if (event.diagnosticEvent) this.diagnostic(event.diagnosticEvent);
    if (event.summaryEvent) this.changes = changesOf(event.summaryEvent.resourceChanges);
  };

  private step(status: ResourceEvent["status"], metadata: StepMetadata): void {
    const { urn, type, op } = metadata;
    // Comes twice: when the stack is registered, without outputs, and when the program has ended, with them.
    if (status === "done" && type === stackType) this.outputs = masked(metadata.new?.outputs) ?? this.outputs;
    const operation = operations[op];
    if (operation === undefined || type.startsWith("pulumi:")) return;
    if (status === "started") this.unfinished.add(urn);
    else this.unfinished.delete(urn);
    if (status === "done" && op === "delete") this.deleted += 1;
    this.listeners.onResource?.({ status, operation, type, name: nameOf(urn), urn });
  }

  private diagnostic({ urn, message, severity }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const text = plain(message);
    if (severity === "error") this.errors.push({ urn, message: text });
    this.listeners.onDiagnostic?.(severity, text);
  }
}

function changesOf(counts: Partial<Record<OpType, number>>): Changes {
  const { create, update, delete: deleted, replace, same } = counts;
  const all = { create, update, delete: deleted, replace, same };
  return Object.fromEntries(Object.entries(all).filter(([, count]) => count !== undefined));
}

/** The name is the last part of a URN (`urn:pulumi:stack::project::type::name`); it may itself contain `::`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** The type is the last of the types that a URN names, separated by `$`. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The engine marks colours as `<{%reset%}>` in messages. */
function plain(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}
