import { z } from "zod";
import { orReference } from "./references.js";
import { rule } from "./rule.js";
import { oneOf, strict, textMatching } from "./values.js";

/** Source: ServiceRegistry, `registryArn`: of a service of Cloud Map, not of its namespace. */
const registry = textMatching(
  /^arn:[a-z0-9-]+:servicediscovery:[a-z0-9-]+:[0-9]{12}:service\/srv-[a-z0-9]+$/,
  "the ARN of a service of Cloud Map: arn:...:service/srv-...",
);

/** Of a network's own size at most: whoever looks a private name up is in one. */
const range = textMatching(
  /^([0-9]{1,3}\.){3}[0-9]{1,3}\/([89]|[12][0-9]|3[0-2])$/,
  "a range of IPv4 addresses such as 10.0.0.0/16, of /8 or smaller; callers' security groups are let in by a group in `securityGroups`",
);

/** How callers outside of the stack find a service by DNS: its tasks are registered with a service of Cloud Map that is there. */
export const discovery = strict(
  {
    registry: orReference(registry),
    /** Which record the registry has. Source: ServiceRegistry: an SRV record wants the port. */
    record: oneOf(["A", "SRV"]).default("A"),
    /** The addresses that may call it. */
    ingress: z
      .array(range, { error: "must be a list of ranges of addresses that may call it" })
      .max(20, { error: "must be at most 20 ranges of addresses" })
      .default([]),
  },
  {
    example:
      "{ registry: arn:...:service/srv-..., ingress: [10.0.0.0/16] }, which names a service of Cloud Map",
  },
);

export type Discovery = z.infer<typeof discovery>;

/** A service that can be found, and lets nobody in. */
export const discoveryRules = [
  rule(
    {
      discovery: z.object({ ingress: z.array(z.unknown()).max(0) }),
      securityGroups: z.array(z.unknown()).max(0).default([]),
    },
    (_settings, report) => {
      report(
        ["discovery", "ingress"],
        "must name the addresses that may call it, or `securityGroups` a group that lets its callers in",
      );
    },
  ),
];

/** What callers of an earlier release rely on. */
export function discoveryShape({ registry: arn, record }: Discovery): object {
  return { registry: arn, record };
}
