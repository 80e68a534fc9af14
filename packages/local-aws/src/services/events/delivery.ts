import { AwsError, type Site } from "../../cloud.js";
import type { Properties } from "../../provider/values.js";
import { object, text } from "../../resources/convert.js";
import type { RecordedRow, RecordedRows } from "../../resources/rows.js";
import type { Store } from "../../store.js";
import { transformed } from "./transform.js";

/** What came of asking one target of one rule. */
export interface Delivery {
  /** ISO 8601. */
  at: string;
  rule: string;
  /** ARN. */
  target: string;
  /** As the target got it: JSON, or for a topic the text that its subscribers read. */
  input: string;
  /** ARNs of what was started; none for a topic. */
  started: string[];
  /** Why it was given up; it is in the dead letter queue then, where there is one. */
  error?: string;
  /** ARN. */
  deadLetter?: string;
}

export interface DeliveryOptions {
  store: Store;
  rows: RecordedRows;
  now: () => number;
  /** Starts what a target is for, with its input. */
  invoke: (target: Properties, input: string, site: Site, rule: RecordedRow) => Promise<string[]>;
  /** Takes a message for a queue: what was given up. False where there is no such queue. */
  queue: (queueArn: string, message: string, site: Site) => boolean;
  /** What the first try is repeated after (milliseconds); each further one takes twice as long. */
  retryMs?: number;
}

const mostKept = 200;

export interface Deliveries {
  /** Resolves when the target has been asked once; it is asked again in the background. */
  deliver(rule: RecordedRow, target: RecordedRow, event: Properties): Promise<Delivery>;
  list(site: Site): Delivery[];
  settled(): Promise<void>;
  stop(): void;
}

interface Asked {
  rule: RecordedRow;
  target: RecordedRow;
  event: Properties;
  startedAt: number;
}

/** Asks targets, again where that may help, and gives up as the target's retry policy says. */
export function createDelivery({ store, now, invoke, queue, retryMs = 1_000 }: DeliveryOptions): Deliveries {
  const kept = store.table<Delivery & { site: Site }>("events.deliveries");
  const pending = new Set<Promise<unknown>>();
  const timers = new Set<NodeJS.Timeout>();
  let count = Object.keys(kept).length;

  function keep(delivery: Delivery, site: Site): void {
    kept[`${Date.now()}-${String(++count)}`] = { ...delivery, site };
    for (const key of Object.keys(kept).slice(0, -mostKept)) Reflect.deleteProperty(kept, key);
    store.changed();
  }

  async function attempt(asked: Asked, made: number): Promise<Delivery> {
    const { rule, target, event, startedAt } = asked;
    const { properties, site } = target;
    const [at, arn] = [new Date(now()).toISOString(), text(properties["arn"])];
    const base = { at, rule: text(rule.properties["name"]), target: arn };
    let input = "";
    try {
      input = inputOf(rule, properties, event);
      const delivery = { ...base, input, started: await invoke(properties, input, site, rule) };
      keep(delivery, site);
      return delivery;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const { maximumRetryAttempts = 185, maximumEventAgeInSeconds = 86_400 } = object(
        properties["retryPolicy"],
      );
      const waitMs = retryMs * 2 ** Math.min(made - 1, 6);
      const isLate = now() + waitMs - startedAt > Number(maximumEventAgeInSeconds) * 1_000;
      if (isWorthRepeating(error) && made <= Number(maximumRetryAttempts) && !isLate) {
        later(() => attempt(asked, made + 1), waitMs);
        return { ...base, input, started: [], error: `${message}: it is tried again` };
      }
      const deadLetter = text(object(properties["deadLetterConfig"])["arn"]);
      const isKept = deadLetter !== "" && queue(deadLetter, JSON.stringify(event), site);
      const delivery = {
        ...base,
        input,
        started: [],
        error: message,
        ...(isKept && { deadLetter }),
      };
      keep(delivery, site);
      return delivery;
    }
  }

  function later(run: () => Promise<unknown>, ms: number): void {
    const waited = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        void run().finally(resolve);
      }, ms);
      timer.unref();
      timers.add(timer);
    });
    pending.add(waited);
    void waited.then(() => pending.delete(waited));
  }

  return {
    deliver: (rule, target, event) => attempt({ rule, target, event, startedAt: now() }, 1),
    list: (site) =>
      Object.values(kept)
        .filter((one) => one.site.account === site.account && one.site.region === site.region)
        .map(({ site: _site, ...delivery }) => delivery),
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function inputOf(rule: RecordedRow, { input, inputTransformer }: Properties, event: Properties): string {
  if (typeof input === "string") return input;
  if (inputTransformer === undefined) return JSON.stringify(event);
  return transformed(object(inputTransformer), event, {
    ruleArn: text(rule.properties["arn"]),
    ruleName: text(rule.properties["name"]),
  });
}

/** What is wrong with the request stays wrong. */
function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof AwsError)) return false;
  return error.status >= 500 || /Throttl|Unavailable|Capacity/.test(error.code);
}
