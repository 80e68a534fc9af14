import { capacityKind } from "../../../../core/project/capacity.js";
import { type Fields, isMapping } from "./fields.js";
import type { Settings } from "./imported.js";
import { secondsIn, withoutEmpty } from "./words.js";

/** How many tasks there are. Source: Copilot, "count". */
export function countOf(fields: Fields): Settings {
  const given = fields.take("count");
  if (typeof given === "number") return { desiredCount: given };
  if (!isMapping(given)) return {};
  const count = fields.below("count");
  const spot = count.take("spot");
  if (typeof spot === "number") {
    count.finish();
    return { desiredCount: spot, capacityProvider: capacityKind.spot };
  }
  const range = count.take("range");
  const [min, max, from] = boundsOf(range);
  const cooldowns = count.below("cooldown");
  const cooldown = withoutEmpty({
    in: secondsText(cooldowns.take("in_cooldown") ?? cooldowns.take("in")),
    out: secondsText(cooldowns.take("out_cooldown") ?? cooldowns.take("out")),
  });
  count.leave(
    "queue_delay",
    "set `autoscaling: { queue: { name, perTask } }`: messages per task, in place of their delay",
  );
  const response = aimOf(count, "response_time");
  const autoscaling = withoutEmpty({
    min,
    max,
    cpu: aimOf(count, "cpu_percentage"),
    memory: aimOf(count, "memory_percentage"),
    requests: aimOf(count, "requests"),
    responseTime: typeof response === "number" ? `${response}s` : response,
    cooldown,
  });
  count.finish();
  if (min === undefined || max === undefined) {
    fields.say(["count", "range"], "its bounds are not known: set `autoscaling`");
    return {};
  }
  // From this task on, Spot.
  return {
    desiredCount: Math.max(1, min),
    autoscaling,
    ...(from !== undefined && { spot: { base: Math.max(0, from - 1), percent: 100 } }),
  };
}

function boundsOf(
  range: unknown,
): [min: number | undefined, max: number | undefined, spotFrom: number | undefined] {
  const [, min, max] = /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(typeof range === "string" ? range : "") ?? [];
  if (min !== undefined && max !== undefined) return [Number(min), Number(max), undefined];
  if (!isMapping(range)) return [undefined, undefined, undefined];
  const of = (name: string) => (typeof range[name] === "number" ? range[name] : undefined);
  return [of("min"), of("max"), of("spot_from")];
}

function aimOf(count: Fields, name: string): unknown {
  const value = count.take(name);
  if (!isMapping(value)) return value;
  if (value["cooldown"] !== undefined)
    count.say([name, "cooldown"], "`autoscaling.cooldown` is one for all metrics");
  return value["value"];
}

function secondsText(value: unknown): string | undefined {
  const seconds = secondsIn(value);
  return seconds === undefined ? undefined : `${seconds}s`;
}
