/** A step of a plan, as far as the guard looks at it. */
export interface GuardedStep {
  operation: "create" | "update" | "delete" | "replace";
  type: string;
  name: string;
  /** Marked `protect` in the state. */
  protected: boolean;
  /** Paths of the properties that force a replacement. */
  replacedBy: readonly string[];
}

const ecsService = "aws:ecs/service:Service";

/** Why an environment's plan may not be carried out, one sentence each; empty when it may. */
export function planRefusals(steps: readonly GuardedStep[]): string[] {
  return steps.flatMap((step) => {
    const { operation, type, name, replacedBy } = step;
    const kind = type.split(":").at(-1) ?? type;
    if (step.protected && (operation === "delete" || operation === "replace")) {
      return [`${kind} ${name} is protected, and the plan would ${operation} it.`];
    }
    if (type !== ecsService || operation !== "replace") return [];
    return [replacementOf(name, replacedBy)];
  });
}

/** A service's name is fixed, so that AWS deletes the old one first: an outage. */
function replacementOf(name: string, replacedBy: readonly string[]): string {
  const why = `${replacedBy.join(", ") || "a property"} cannot be changed in place`;
  return `The ECS service ${name} would be deleted and created again, an outage: ${why}.`;
}
