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

const targetGroup = "aws:lb/targetGroup:TargetGroup";
/** How those of network load balancers are called. */
const networkTargets = "-network-targets";
const ecsService = "aws:ecs/service:Service";

/** Of resources of the team's own, those whose deletion loses what nobody can declare again. */
const dataTypes =
  /^aws:(s3\/bucket|s3\/bucketV2|dynamodb\/(global)?[tT]able|rds\/(instance|cluster|globalCluster)|docdb\/cluster|neptune\/cluster|redshift\/cluster|redshiftserverless\/namespace|opensearch\/domain|elasticsearch\/domain|efs\/fileSystem|fsx\/\w+|kinesis\/stream|msk\/(serverlessC|c)luster|elasticache\/(cluster|replicationGroup)|memorydb\/cluster|kms\/key|secretsmanager\/secret|cognito\/userPool|ebs\/volume|backup\/vault|timestreamwrite\/\w+|qldb\/ledger|keyspaces\/\w+):/;

function keepsData(type: string): boolean {
  return dataTypes.test(type);
}

/** Why an environment's plan may not be carried out, one sentence each; empty when it may. */
export function planRefusals(steps: readonly GuardedStep[]): string[] {
  return steps.flatMap((step) => {
    const { operation, type, name, replacedBy } = step;
    const kind = type.split(":").at(-1) ?? type;
    if (step.protected && (operation === "delete" || operation === "replace")) {
      return [`${kind} ${name} is protected, and the plan would ${operation} it.`];
    }
    if (keepsData(type) && (operation === "delete" || operation === "replace")) {
      const why = operation === "replace" ? ` (because of ${replacedBy.join(", ") || "a property"})` : "";
      return [`${kind} ${name} keeps data, and the plan would ${operation} it${why}.`];
    }
    if (type !== ecsService || operation !== "replace") return [];
    return [replacementOf(name, replacedBy)];
  });
}

/**
 * What a plan does that users notice, one sentence each. A new target group is empty until ECS has registered healthy tasks
 * in it, and the rule leads there at once: the load balancer answers 503 meanwhile.
 */
export function planWarnings(steps: readonly GuardedStep[]): string[] {
  return steps.filter(isReplacedGroup).map(({ name, replacedBy }) => {
    const why = replacedBy.filter((path) => path !== "name").join(", ") || "its name";
    if (name.endsWith(networkTargets))
      return `The target group ${name} is replaced (${why}): connections are refused until the new tasks are healthy.`;
    return `The target group ${name} is replaced (${why}): requests are answered with 503 until the new tasks are healthy.`;
  });
}

/**
 * Those of a changed protocol, which no update can avoid: AWS changes the protocol of no target group, and new tasks are
 * unhealthy in the old one. A deployment is not for it; a way back to what ran well is.
 */
export function planOutages(steps: readonly GuardedStep[]): string[] {
  return planWarnings(
    steps.filter(({ replacedBy }) =>
      replacedBy.some((path) => ["protocol", "protocolVersion"].includes(path)),
    ),
  );
}

function isReplacedGroup({ type, operation }: GuardedStep): boolean {
  return type === targetGroup && operation === "replace";
}

/** A service's name is fixed, so that AWS deletes the old one first: an outage. */
function replacementOf(name: string, replacedBy: readonly string[]): string {
  const why = `${replacedBy.join(", ") || "a property"} cannot be changed in place`;
  return `The ECS service ${name} would be deleted and created again, an outage: ${why}.`;
}
