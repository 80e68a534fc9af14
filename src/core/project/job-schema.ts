import { z } from "zod";
import { capacityKind } from "./capacity.js";
import { statedStatements, statementRules } from "./policy-statements.js";
import { type Report, rule, withRules } from "./rule.js";
import { checkPlaceholders, eventStart, eventValue } from "./job-events.js";
import { scheduleText, timezoneName } from "./schedule.js";
import { checkImage, checkVariables } from "./service-checks.js";
import { serviceShape } from "./service-shape.js";
import { variables } from "./service-values.js";
import { arnOf, duration, flag, shortName, strict, wholeNumber } from "./values.js";

const minute = 60_000;
const day = 24 * 60 * minute;

/** Whole units of a duration within AWS's bounds; milliseconds once parsed. */
function bounded(unit: number, least: number, most: number, expectation: string) {
  const isFit = (value: number) => value % unit === 0 && value >= least && value <= most;
  return duration.refine(isFit, { error: `must be ${expectation}` });
}

/** What starts a job by itself. Source: CreateSchedule: `FlexibleTimeWindow`, `RetryPolicy`, `DeadLetterConfig`; SQS, "dead-letter queues". */
const startShape = {
  schedule: scheduleText.optional(),
  /** An event of EventBridge, in place of a schedule. */
  on: eventStart.optional(),
  /** Of `cron` and `at`. */
  timezone: timezoneName.optional(),
  /** A run starts at some time within so long after it is due. */
  window: bounded(minute, minute, day, "whole minutes from 1m to 24h").optional(),
  /** After how long a run is stopped, as one that failed. */
  timeout: bounded(1_000, 1_000, 365 * day, "whole seconds from 1s to 365d").optional(),
  /** How often a run that fails is repeated. */
  retries: wholeNumber(0, 10).optional(),
  /** How often a start that fails is tried again: not a run that has started and fails. */
  startRetries: wholeNumber(0, 185).optional(),
  /** How long a start is tried. */
  maximumAge: bounded(1_000, minute, day, "whole seconds from 60s to 24h").optional(),
  /** Where starts go that were given up: the ARN of a standard queue of SQS. */
  deadLetter: arnOf("sqs")
    .refine((arn) => !arn.endsWith(".fifo"), { error: "must be a standard queue: FIFO queues are not taken" })
    .optional(),
  /** Whether the schedule or the event starts anything; a person can start the job all the same. */
  enabled: flag.optional(),
};

const jobShape = {
  ...startShape,
  /** Whose image it runs, and whose settings it has where it names none of its own. */
  service: shortName.optional(),
  repository: serviceShape.repository,
  image: serviceShape.image,
  build: serviceShape.build.unwrap().optional(),
  command: serviceShape.command.unwrap().min(1, { error: "must have at least one word" }).optional(),
  cpu: serviceShape.cpu.unwrap().optional(),
  memory: serviceShape.memory.unwrap().optional(),
  architecture: serviceShape.architecture.unwrap().optional(),
  capacityProvider: serviceShape.capacityProvider.unwrap().default(capacityKind.onDemand),
  user: serviceShape.user.unwrap().optional(),
  readOnly: serviceShape.readOnly.unwrap().optional(),
  /** Added to the service's. */
  env: variables.default({}),
  secrets: serviceShape.secrets.unwrap().default({}),
  secretKeys: serviceShape.secretKeys.unwrap().optional(),
  /** In place of the service's. */
  policies: serviceShape.policies.unwrap().optional(),
  /** In place of the service's. */
  statements: statedStatements.optional(),
  stopTimeout: serviceShape.stopTimeout.unwrap().optional(),
  logRetention: serviceShape.logRetention.unwrap().optional(),
};

const names = z.record(z.string(), z.unknown());
const anything = z.unknown().optional();

/** What several settings of one job must agree on; what it has of its service is checked with it. */
const rules = [
  rule({ service: anything, repository: anything, image: anything, build: anything }, checkOrigin),
  rule({ service: z.string(), command: z.undefined().optional() }, (_settings, report) => {
    report(["command"], "is missing: without one the job would run what its service runs");
  }),
  rule({ env: names, secrets: names }, (groups, report) => checkVariables(groups, report)),
  ...statementRules,
  rule(
    Object.fromEntries(Object.keys(startShape).map((key) => [key, anything])),
    ({ schedule: when, on, ...rest }: Record<string, unknown>, report) => {
      for (const [key, value] of Object.entries(rest)) {
        if (value === undefined || when !== undefined) continue;
        if (on === undefined)
          report(
            [key],
            "belongs to a `schedule` or to `on`, and the job has neither: set one, or leave it out",
          );
        else if (key === "timezone" || key === "window")
          report([key], "belongs to a `schedule`, and an event starts the job: leave it out");
      }
    },
  ),
  rule(
    { schedule: z.unknown().nonoptional(), on: z.unknown().nonoptional() },
    ({ schedule: when, on }, report) => {
      if (when !== undefined && on !== undefined)
        report(["on"], "starts the job beside its `schedule`: make it two jobs, or leave one out");
    },
  ),
  rule(
    {
      on: z.object({ input: z.record(z.string(), eventValue) }),
      command: z.array(z.string()).optional(),
      env: z.record(z.string(), z.string()).optional(),
    },
    checkPlaceholders,
  ),
  rule({ schedule: z.string().startsWith("rate("), timezone: z.string() }, ({ timezone: zone }, report) => {
    report(
      ["timezone"],
      "has no meaning for a rate, which counts from when it is created: leave it out",
      zone,
    );
  }),
];

function checkOrigin(
  {
    service,
    repository,
    image,
    build,
  }: { service?: unknown; repository?: unknown; image?: unknown; build?: unknown },
  report: Report,
): void {
  if (service === undefined) {
    if (repository === undefined && image === undefined)
      report(
        ["service"],
        "is missing: name the service whose image it runs, or its own `repository` or `image`",
      );
    else checkImage({ repository, image }, report);
    return;
  }
  const own = Object.entries({ repository, image, build }).filter(([, value]) => value !== undefined);
  for (const [key] of own) report([key], "is another image than its service's: leave `service` or this out");
}

/** One entry of `moorage:jobs`: a task that runs on a schedule, on an event, or when a person starts it. */
/** What other tools and expressions call it. */
const elsewhere = {
  cron: 'write schedule: "cron(0 22 * * ? *)"',
  rate: 'write schedule: "rate(1 hour)"',
  at: 'write schedule: "at(2027-01-31T22:00:00)"',
  event: "write on",
  dlq: "write deadLetter",
};

export const job = withRules(strict(jobShape, { elsewhere }), rules);

export type JobConfig = z.infer<typeof job>;

/** What `moorage:preview` says of a job: previews run none that it does not name. */
export const previewJob = strict({
  enabled: flag.default(false),
  env: variables.default({}),
  secrets: serviceShape.secrets.unwrap().default({}),
  policies: serviceShape.policies.unwrap().optional(),
  statements: statedStatements.optional(),
});
