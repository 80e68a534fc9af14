import { z } from "zod";
import { nameMatching } from "./placeholders.js";
import { scheduleText, timezoneName } from "./schedule.js";
import { arnOf, duration, notOfKind, oneOf, strict, wholeNumber } from "./values.js";

const tasks = wholeNumber(0, 5000);

/** Text such as "60s"; seconds once parsed. */
const cooldown = duration
  .refine((value) => value % 1000 === 0, { error: 'must be whole seconds, such as "60s"' })
  .transform((value) => value / 1000);

/** Source: PutScalingPolicy, `StepAdjustments`: a change of capacity for a span of the metric, 20 at most. */
const change = z
  .int({ error: "must be a whole number of tasks, such as 2 or -1" })
  .min(-5000)
  .max(5000)
  .refine((value) => value !== 0, { error: "must not be 0" });

const limit = z.number({ error: "must be a number" }).min(0, { error: "must be 0 or more" });

const stepShape = {
  /** From this value on. */
  lower: limit.optional(),
  /** Up to this value. */
  upper: limit.optional(),
  /** Tasks to add, or, below 0, to remove. */
  change,
};

export const stepMetrics = ["cpu", "memory", "requests", "responseTime"] as const;

/** A metric that steps are of. `responseTime` is in seconds there. */
export type StepMetric = (typeof stepMetrics)[number];

const step = strict({ metric: oneOf(stepMetrics).default("cpu"), ...stepShape });

/** Source: SQS, "Amazon SQS standard/FIFO queue names": 80 characters. */
const queueName = nameMatching(
  /^(?=.{1,80}$)[A-Za-z0-9_-]+(\.fifo)?$/,
  "the name of a queue in SQS: at most 80 letters, digits, hyphens and underscores",
);

/** A queue of SQS, in the stack's own account and region. */
const queue = strict(
  {
    name: queueName.optional(),
    arn: arnOf("sqs").optional(),
    /** How many messages a task may have before there are more tasks. */
    perTask: wholeNumber(1, 1_000_000).optional(),
    /** Instead: tasks to add or remove by the number of messages. */
    steps: z
      .array(strict(stepShape))
      .min(2, { error: "must be two steps or more, the last one without `upper`" })
      .max(40)
      .optional(),
  },
  { example: "{ name: mail, perTask: 10 }" },
);

/** Source: PutScheduledAction. */
const scheduled = strict({
  schedule: scheduleText,
  timezone: timezoneName.optional(),
  min: tasks.optional(),
  max: tasks.optional(),
});

const shape = {
  /** 0 with a queue, or with schedules. */
  min: tasks,
  max: wholeNumber(1, 5000),
  /** Average CPU in percent that target tracking aims at; 60 where nothing newer is aimed at. */
  cpu: wholeNumber(1, 100).optional(),
  /** Average memory in percent that it aims at besides. */
  memory: wholeNumber(1, 100).optional(),
  /** Requests a minute and task that it aims at besides. */
  requests: wholeNumber(1, 1_000_000).optional(),
  /** Average time until the app answers, that it aims at besides. */
  responseTime: duration.optional(),
  /** Between two activities, 300 s each by default. */
  cooldown: strict({ in: cooldown.optional(), out: cooldown.optional() }).default({}),
  /** Tasks to add or remove at values of a metric. */
  steps: z.array(step).max(80).default([]),
  queue: queue.optional(),
  /** Other bounds at set times. Source: Application Auto Scaling quotas: 200 scheduled actions. */
  schedules: z.array(scheduled).max(200).default([]),
};

const ofWebAlone = notOfKind("a worker gets no requests: leave it out, or give the service a `port`");

export const webScaling = strict(shape);
export const workerScaling = strict({ ...shape, requests: ofWebAlone, responseTime: ofWebAlone });

const ofPublicAlone = notOfKind(
  "is counted by the load balancer, and an internal service has none: leave it out",
);

export const internalScaling = strict({ ...shape, requests: ofPublicAlone, responseTime: ofPublicAlone });

export type Scaling = z.infer<typeof webScaling>;
export type ScalingStep = z.infer<z.ZodObject<typeof stepShape>>;
