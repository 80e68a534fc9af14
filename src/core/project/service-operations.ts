import { z } from "zod";
import { orReference } from "./references.js";
import { command } from "./service-values.js";
import { arnOf, duration, oneOf, shortName, strict, textMatching, wholeNumber } from "./values.js";

/** SNS topics that are told when an environment's services fail, and from when on they count as failing. */
export const alarms = strict({
  /** Source: PutMetricAlarm, `AlarmActions`: at most 5. */
  topics: z
    .array(orReference(arnOf("sns")), { error: "must be a list of SNS topic ARNs" })
    .min(1, { error: "must name at least one topic" })
    .max(5, { error: "must be at most 5 topics: an alarm takes no more actions" }),
  /** Average in percent. */
  cpu: wholeNumber(1, 100).default(85),
  memory: wholeNumber(1, 100).default(85),
  /** Answers with 5xx in a minute. */
  errors: wholeNumber(0, 1_000_000).default(10),
  /** Milliseconds within which 95 of 100 requests are to be answered. */
  latency: wholeNumber(1, 600_000).default(2_000),
});

export type Alarms = z.infer<typeof alarms>;

/** A one-off task before a deployment; its failure ends the deployment before any service has changed. */
export const migrate = strict({
  command: command.min(1, { error: "must have at least one word" }),
  /** Whose task definition it runs with; may be left out where there is only one service. */
  service: shortName.optional(),
  timeout: duration.prefault("10m"),
});

/** Source: ECR, ImageScanFindings, `findingSeverityCounts`. */
export const scan = strict({
  severity: oneOf(["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED"]).default("CRITICAL"),
});

/** Source: CreateLogGroup, `logGroupName`: 512 characters in all. */
export const logGroupPrefix = textMatching(
  /^\/(?!aws\/)[\w.#-]+(\/[\w.#-]+)*$/,
  "a log group prefix such as /ecs/hello: a slash first, none last, and not /aws/",
);
