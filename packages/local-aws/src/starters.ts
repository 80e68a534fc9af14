import type { Cloud } from "./cloud.js";
import type { Pace } from "./ports.js";
import type { Properties } from "./provider/values.js";
import { text } from "./resources/convert.js";
import type { RecordedRows } from "./resources/rows.js";
import { createEvents, type Events } from "./services/events/events.js";
import { type Clock, createClock } from "./services/scheduler/clock.js";
import { invokeTarget } from "./services/scheduler/invoke.js";
import { createScheduler, type Scheduler } from "./services/scheduler/scheduler.js";
import { createSfn, type Sfn } from "./services/sfn/sfn.js";
import type { Queues } from "./services/sqs/queues.js";
import type { Store } from "./store.js";

/** What starts tasks by itself, composed: schedules, rules of EventBridge and executions of Step Functions. */
export interface Starters {
  clock: Clock;
  scheduler: Scheduler;
  events: Events;
  sfn: Sfn;
  start(): void;
  stop(): void;
}

export interface StartersOptions {
  store: Store;
  rows: RecordedRows;
  pace: Pace;
  queues: Queues;
  /** What they call. */
  own: () => Cloud;
}

export function createStarters({ store, rows, pace, queues, own }: StartersOptions): Starters {
  const clock = createClock(store);
  const queue = (arn: string, message: string) => queues.send(arn, message);
  const scheduler = createScheduler({
    ...{ store, rows, clock, queue },
    invoke: (target, site, { properties }) =>
      invokeTarget(own(), {
        target,
        ecs: target["ecsParameters"] as Properties | undefined,
        input: text(target["input"]),
        site,
        startedBy: `chronos-schedule/${text(properties["name"])}`,
      }),
  });
  const events = createEvents({
    ...{ store, rows, queue, now: () => clock.now() },
    async invoke(target, input, site, { properties }) {
      // A topic is only remembered as told.
      if (text(target["arn"]).split(":")[2] === "sns") return [];
      const ecs = target["ecsTarget"] as Properties | undefined;
      const startedBy = `events-rule/${text(properties["name"])}`;
      return invokeTarget(own(), { target, ecs, input, site, startedBy });
    },
  });
  const sfn = createSfn({ store, rows, pace, own, emit: (event, site) => events.put(event, site) });
  return {
    ...{ clock, scheduler, events, sfn },
    start() {
      sfn.start();
      scheduler.start();
    },
    stop() {
      scheduler.stop();
      events.stop();
      sfn.stop();
    },
  };
}
