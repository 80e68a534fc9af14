import { AwsError, type AwsService, type Site } from "../../cloud.js";
import { object, optionalText, text } from "../../resources/convert.js";
import type { Properties } from "../../provider/values.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import type { Store } from "../../store.js";
import type { Clock } from "./clock.js";
import { readSchedule } from "./expression.js";
import { schedulerOperations } from "./operations.js";
import { scheduleRows } from "./types/schedules.js";

/** What the scheduler remembers of a schedule besides its row. Times are milliseconds since the epoch, by the target's clock. */
export interface ScheduleState {
  /** Up to when it has been looked at: what was due before is done, or was missed while the target was off. */
  lookedAt: number;
  /** Invocations that could not be started, waiting for their next try. */
  waiting: { dueAt: number; attempts: number; tryAt: number }[];
  /** The latest that was given up, as the dead letter queue would get it. */
  failed: { dueAt: number; attempts: number; error: string } | undefined;
  /** The latest that started something. */
  started: { dueAt: number; tasks: string[] } | undefined;
}

export interface SchedulerOptions {
  store: Store;
  rows: RecordedRows;
  clock: Clock;
  /** Starts what a schedule is for. */
  invoke: (target: Properties, site: Site, schedule: RecordedRow) => Promise<string[]>;
  /** Takes what was given up, for the queue of that ARN. */
  queue?: (queueArn: string, message: string) => unknown;
  /** How often schedules are looked at (milliseconds). */
  lookMs?: number;
}

export interface Scheduler extends AwsService {
  start(): void;
  stop(): void;
  /** Starts what is due now; for a clock that was just set. */
  look(): Promise<void>;
}

/** Of what a clock that jumps passes over, each run is started, but no more than these of one schedule. */
const mostAtOnce = 60;
const minute = 60_000;

/**
 * EventBridge Scheduler: starts the targets of the schedules that the provider recorded. Its clock is the real one, or what
 * `local clock` sets it to.
 */
export function createScheduler({
  store,
  rows,
  clock,
  invoke,
  queue,
  lookMs = 250,
}: SchedulerOptions): Scheduler {
  const states = store.table<ScheduleState>("scheduler.schedules");
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  const look = () => (looking ??= lookAtAll().finally(() => (looking = undefined)));

  async function lookAtAll(): Promise<void> {
    const now = clock.now();
    const schedules = rows.all(scheduleRows);
    const known = new Set(schedules.map(keyOf));
    for (const key of Object.keys(states).filter((key) => !known.has(key))) {
      Reflect.deleteProperty(states, key);
      store.changed();
    }
    for (const row of schedules) await lookAt(row, now);
  }

  async function lookAt(row: RecordedRow, now: number): Promise<void> {
    const state = (states[keyOf(row)] ??= fresh(row, now, clock.ahead()));
    const due = isOn(row.properties, now) ? dueBetween(row.properties, state.lookedAt, now) : [];
    state.lookedAt = now;
    state.waiting.push(
      ...due.map((dueAt) => ({ dueAt, attempts: 0, tryAt: dueAt + delayOf(row.properties) })),
    );
    const ready = state.waiting.filter(({ tryAt }) => tryAt <= now);
    if (ready.length === 0) return;
    state.waiting = state.waiting.filter(({ tryAt }) => tryAt > now);
    for (const one of ready) await attempt(row, state, one, now);
    store.changed();
  }

  async function attempt(
    row: RecordedRow,
    state: ScheduleState,
    { dueAt, attempts }: ScheduleState["waiting"][number],
    now: number,
  ): Promise<void> {
    const target = object(row.properties["target"]);
    try {
      state.started = { dueAt, tasks: await invoke(target, row.site, row) };
    } catch (error) {
      const { maximumRetryAttempts = 185, maximumEventAgeInSeconds = 86_400 } = object(target["retryPolicy"]);
      const made = attempts + 1;
      const tryAt = now + Math.min(2 ** made * 1_000, 15 * minute);
      const late = tryAt - dueAt > Number(maximumEventAgeInSeconds) * 1_000;
      if (made > Number(maximumRetryAttempts) || late || !isWorthRepeating(error)) {
        const why = error instanceof Error ? error.message : String(error);
        state.failed = { dueAt, attempts: made, error: why };
        const deadLetter = text(object(target["deadLetterConfig"])["arn"]);
        if (deadLetter !== "") queue?.(deadLetter, JSON.stringify({ ...state.failed, schedule: row.id }));
      } else state.waiting.push({ dueAt, attempts: made, tryAt });
    }
  }

  return {
    operations: schedulerOperations(rows),
    start() {
      // While the target was off nothing was due.
      for (const state of Object.values(states)) state.lookedAt = clock.now();
      timer = setInterval(() => void look(), lookMs);
      timer.unref();
    },
    stop: () => clearInterval(timer),
    look,
  };
}

/** What is wrong with the request stays wrong. */
function isWorthRepeating(error: unknown): boolean {
  return (
    !(error instanceof AwsError) || error.status >= 500 || /Throttl|Unavailable|Capacity/.test(error.code)
  );
}

function keyOf({ site, id }: RecordedRow): string {
  return `${site.account}|${site.region}|${id}`;
}

/** When it was made is told by the machine's clock: what the target's has passed over before is not due. */
function fresh(row: RecordedRow, now: number, ahead: number): ScheduleState {
  const made = Date.parse(text(row.properties["createdAt"]));
  return {
    lookedAt: Number.isNaN(made) ? now : Math.min(made + ahead, now),
    waiting: [],
    failed: undefined,
    started: undefined,
  };
}

function isOn({ state, startDate, endDate }: Properties, now: number): boolean {
  const from = optionalText(startDate);
  const to = optionalText(endDate);
  if (from !== undefined && now < Date.parse(from)) return false;
  if (to !== undefined && now > Date.parse(to)) return false;
  return state !== "DISABLED";
}

function dueBetween(properties: Properties, after: number, until: number): number[] {
  const { scheduleExpression, scheduleExpressionTimezone, createdAt } = properties;
  const schedule = readSchedule(
    text(scheduleExpression),
    text(scheduleExpressionTimezone) || "UTC",
    Date.parse(text(createdAt)) || 0,
  );
  const due: number[] = [];
  for (let at = schedule?.next(after); at !== undefined && at <= until; at = schedule?.next(at)) {
    due.push(at);
    if (due.length === mostAtOnce) break;
  }
  return due;
}

/** Anywhere in its window. */
function delayOf({ flexibleTimeWindow }: Properties): number {
  const { mode, maximumWindowInMinutes } = object(flexibleTimeWindow);
  return mode === "FLEXIBLE" ? Math.floor(Math.random() * Number(maximumWindowInMinutes) * minute) : 0;
}
