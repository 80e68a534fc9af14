import { z } from "zod";
import { rule } from "./rule.js";
import { hosts, paths } from "./rule-schema.js";
import { didYouMean } from "./suggest.js";
import { shortName, strict } from "./values.js";

/** Source: ECS, "Register multiple target groups with a service": five target groups, one of them the service's first. */
const mostFurther = 4;

/** Which of the foundation's load balancers lead to a service, besides the one where the stack stands. */
export const listenerSettings = {
  /** In place of that one. */
  listener: shortName.optional(),
  /** Besides: with the service's own path and hosts unless they say otherwise. */
  listeners: z
    .record(shortName, strict({ path: paths.optional(), hosts: hosts.optional() }), {
      error: "must map names of the foundation's listeners to { path, hosts }",
    })
    .refine((all) => Object.keys(all).length <= mostFurther, {
      error: `must be at most ${mostFurther}: ECS registers tasks with five target groups`,
    })
    .optional(),
};

interface Listening {
  listener?: string | undefined;
  listeners?: Readonly<Record<string, unknown>> | undefined;
}

const listening = z.object({
  listener: z.string().optional(),
  listeners: z.record(z.string(), z.unknown()).optional(),
});

/** Names of the foundation's further listeners that lead to a service, its own first. */
export function listenerNames({ listener, listeners = {} }: Listening): string[] {
  return [...(listener === undefined ? [] : [listener]), ...Object.keys(listeners).sort()];
}

/** What they must agree on. */
export const listenerRules = [
  rule(listening.shape, ({ listener, listeners = {} }, report) => {
    if (listener !== undefined && Object.hasOwn(listeners, listener))
      report(["listeners", listener], "is the service's `listener` already");
  }),
];

/** Of a foundation that the configuration names part by part, the listeners are known; what stands in for one plays them all. */
export const listenerNameRules = [
  rule(
    {
      services: z.record(z.string(), listening),
      hostsBelow: z.undefined().optional(),
      foundation: z.object({ listeners: z.record(z.string(), z.unknown()).optional() }),
    },
    ({ services, foundation: { listeners: known = {} } }, report) => {
      for (const [service, settings] of Object.entries(services)) {
        for (const name of listenerNames(settings).filter((one) => !Object.hasOwn(known, one))) {
          const at = settings.listener === name ? ["listener"] : ["listeners", name];
          report(
            ["services", service, ...at],
            `is not in \`listeners\` of moorage:foundation (${didYouMean(name, Object.keys(known))})`,
            name,
          );
        }
      }
    },
  ),
];
