import { planRefusals } from "./guard.js";
import { type ValueChange, valueChanges } from "./values.js";

/** A step of a plan, as the engine tells it. */
export interface PlannedStep {
  operation: "create" | "update" | "delete" | "replace";
  type: string;
  name: string;
  protected: boolean;
  changed: readonly string[];
  replacedBy: readonly string[];
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
}

/** One resource that would change. */
export interface PlannedChange {
  /** `revise`: a new revision of a task definition; the one before stays. */
  operation: "create" | "update" | "delete" | "replace" | "revise";
  type: string;
  name: string;
  /** What forces a replacement. */
  forcedBy: string[];
  /** None of a resource that is created or deleted whole. */
  values: ValueChange[];
}

/** A service that would run other bytes, or the same under another tag, and change in nothing else. */
export interface ImageChange {
  service: string;
  from: { tag: string | null; image: string };
  to: { tag: string | null; image: string };
}

/** A plan in the order in which a person wants to read it; part of the stable JSON of `diff`. */
export interface PlanView {
  /** Resources by what would be done to them, in the engine's count. */
  changes: Partial<Record<"create" | "update" | "delete" | "replace" | "same", number>>;
  /** Why a deployment would end with this plan, one sentence each. */
  refused: string[];
  /** What would be taken away, for good or for a while. */
  replacements: PlannedChange[];
  images: ImageChange[];
  others: PlannedChange[];
}

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const ecsService = "aws:ecs/service:Service";

export function viewOf(plan: { changes: PlanView["changes"]; steps: readonly PlannedStep[] }): PlanView {
  const changes = plan.steps.filter(isOurs).map(changeOf).filter(isToldApart);
  const images = new Map(changes.map((change) => [change, imageChangeOf(change)]));
  const isImageOnly = (change: PlannedChange) => images.get(change) !== undefined;
  const takesAway = ({ operation }: PlannedChange) => operation === "replace" || operation === "delete";
  return {
    changes: plan.changes,
    refused: planRefusals(plan.steps),
    replacements: changes.filter(takesAway),
    images: [...images.values()].filter((image) => image !== undefined),
    others: changes.filter((change) => !takesAway(change) && !isImageOnly(change)),
  };
}

/** Components are ours, not the target's. */
function isOurs({ type }: PlannedStep): boolean {
  return !type.startsWith("moorage:");
}

function changeOf({ operation, type, name, changed, replacedBy, before, after }: PlannedStep): PlannedChange {
  const revises = operation === "replace" && type === taskDefinition;
  const values = before && after ? valueChanges(before, after, changed) : [];
  return {
    operation: revises ? "revise" : operation,
    type,
    name,
    forcedBy: revises ? [] : [...replacedBy],
    // That a service takes its new revision goes without saying.
    values: type === ecsService ? values.filter(({ path }) => path !== "taskDefinition") : values,
  };
}

/** A service that only takes a new revision is told with its task definition. */
function isToldApart({ operation, type, values }: PlannedChange): boolean {
  return !(operation === "update" && type === ecsService && values.length === 0);
}

/** Undefined where anything else changes too. */
function imageChangeOf({ operation, values }: PlannedChange): ImageChange | undefined {
  if (operation !== "revise" || values.length === 0) return undefined;
  const container = /^containerDefinitions\.([^.]+)\./.exec(values[0]?.path ?? "")?.[1];
  if (container === undefined) return undefined;
  const imagePath = `containerDefinitions.${container}.image`;
  const tagPath = `containerDefinitions.${container}.environment.MOORAGE_IMAGE_TAG`;
  if (values.some(({ path }) => path !== imagePath && path !== tagPath)) return undefined;
  const image = values.find(({ path }) => path === imagePath);
  const tag = values.find(({ path }) => path === tagPath);
  return {
    service: container,
    from: { tag: tag?.before ?? null, image: image?.before ?? "the same image" },
    to: { tag: tag?.after ?? null, image: image?.after ?? "the same image" },
  };
}
