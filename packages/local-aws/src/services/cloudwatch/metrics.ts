import type { QueueDepth, Queues } from "../sqs/queues.js";

/** A metric as alarms and scaling policies name it. */
export interface MetricName {
  namespace: string;
  metricName: string;
  dimensions: Readonly<Record<string, string>>;
  stat: string;
}

/** What load balancers tell of the minute that runs, and queues at its end. */
export class Measurements {
  private answers = new Map<string, { count: number; ms: number }>();

  constructor(private readonly queues: Pick<Queues, "depth">) {}

  /** A target of the group has answered a request. */
  answered(targetGroupArn: string, ms: number): void {
    const group = targetGroupArn.split(":").at(-1) ?? "";
    const { count = 0, ms: sum = 0 } = this.answers.get(group) ?? {};
    this.answers.set(group, { count: count + 1, ms: sum + ms });
  }

  /** Ends the minute: what was counted in it. */
  close(): Minute {
    const answers = this.answers;
    this.answers = new Map();
    return {
      queue: (name) => this.queues.depth(name),
      answers: (group) => answers.get(group) ?? { count: 0, ms: 0 },
    };
  }
}

export interface Minute {
  /** Undefined for a queue that is not there: nothing is measured of it. */
  queue(name: string): QueueDepth | undefined;
  /** Of a target group, by what its ARN ends with: `targetgroup/web/0123`. */
  answers(group: string): { count: number; ms: number };
}

/** What is known of services. Both by their names. */
export interface ServiceCounts {
  running(cluster: string, service: string): number;
  healthyTargets(group: string): number;
}

/** Why a metric has no value: nothing happened, or it is never measured here. */
export type Reading = number | "missing" | "unmeasured";

/** The value of a minute. Sources: SQS, ECS and Elastic Load Balancing, "CloudWatch metrics". */
export function readMetric(
  { metricName, dimensions, stat }: MetricName,
  minute: Minute,
  services: ServiceCounts,
): Reading {
  const group = dimensions["TargetGroup"] ?? "";
  switch (metricName) {
    case "ApproximateNumberOfMessagesVisible":
      return minute.queue(dimensions["QueueName"] ?? "")?.waiting ?? "missing";
    case "ApproximateNumberOfMessagesNotVisible":
      return minute.queue(dimensions["QueueName"] ?? "")?.inWork ?? "missing";
    case "RequestCountPerTarget": {
      const targets = services.healthyTargets(group);
      return targets === 0 ? "missing" : minute.answers(group).count / targets;
    }
    case "TargetResponseTime": {
      const { count, ms } = minute.answers(group);
      return count === 0 ? "missing" : ms / count / 1000;
    }
    case "CPUUtilization": {
      if (stat !== "SampleCount") return "unmeasured";
      const { ClusterName = "", ServiceName = "" } = dimensions;
      // A service that runs no task has no samples.
      return services.running(ClusterName, ServiceName) || "missing";
    }
    default:
      return "unmeasured";
  }
}
