import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { PlanStep } from "./engine.js";
import { nameOf } from "./events.js";
import { masked } from "./secrets.js";

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

/** A replacement is three steps of the engine; the logical one stands for all of them. */
const operations: Partial<Record<Metadata["op"], PlanStep["operation"]>> = {
  create: "create",
  import: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
};

/** What a preview's events say would be done, in the engine's order. */
export class PlanLog {
  readonly steps: PlanStep[] = [];

  readonly read = (event: EngineEvent): void => {
    const metadata = event.resourcePreEvent?.metadata;
    if (metadata === undefined || metadata.type.startsWith("pulumi:")) return;
    const operation = operations[metadata.op];
    if (operation === undefined) return;
    this.steps.push(stepOf(metadata, operation));
  };
}

function stepOf(metadata: Metadata, operation: PlanStep["operation"]): PlanStep {
  const { urn, type, old, new: next, keys, diffs, detailedDiff } = metadata;
  return {
    operation,
    type,
    name: nameOf(urn),
    urn,
    protected: old?.protect === true,
    changed: detailedDiff ? Object.keys(detailedDiff) : (diffs ?? []),
    replacedBy: keys ?? [],
    ...(old && { before: masked(old.inputs) ?? {} }),
    ...(next && { after: masked(next.inputs) ?? {} }),
    ...(next?.provider && { provider: next.provider }),
  };
}
