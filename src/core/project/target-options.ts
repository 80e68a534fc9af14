import { z } from "zod";
import { type Report, rule } from "./rule.js";
import { seconds } from "./service-values.js";
import { didYouMean } from "./suggest.js";
import { oneOf, shortName, strict, textMatching, wholeNumber } from "./values.js";

const day = 86_400;

/** Source: TargetGroupAttribute, `stickiness.*`: 1 s to 7 days; names that the load balancer keeps for itself. */
const stickiness = strict({
  /** `lb_cookie`: one of the load balancer's own; `app_cookie`: it follows one that the app sets. */
  type: oneOf(["lb_cookie", "app_cookie"]).optional(),
  duration: seconds(1, 7 * day).default(day),
  cookie: textMatching(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,512}$/, "a cookie's name")
    .refine((name) => !/^AWSALB(APP|TG)?/.test(name), {
      error: "is a name that the load balancer keeps for itself",
    })
    .optional(),
});

/** A container beside the app's that takes the requests. */
const target = strict({ container: shortName, port: wholeNumber(1, 65_535) });

const sticking = { error: "must be true, or { type, duration, cookie }: leave it out for none" };

/** How a load balancer chooses among a service's tasks, and what it asks. */
export const targetOptions = {
  stickiness: z
    .union([z.literal(true, sticking), stickiness], sticking)
    .transform((value) => (value === true ? { type: undefined, duration: day, cookie: undefined } : value))
    .optional(),
  /** Seconds in which a new task's share of requests grows. Source: `slow_start.duration_seconds`. */
  slowStart: seconds(30, 900).optional(),
  algorithm: oneOf(["round_robin", "least_outstanding_requests", "weighted_random"]).optional(),
  target: target.optional(),
};

const checked = {
  stickiness: z.object({ type: z.string().optional(), cookie: z.string().optional() }).optional(),
  slowStart: z.number().optional(),
  algorithm: z.string().optional(),
};

/** What they must agree on. */
export const targetRules = [
  rule(checked, ({ stickiness: sticky, slowStart, algorithm = "round_robin" }, report) => {
    const { type, cookie } = sticky ?? {};
    if (type === "app_cookie" && cookie === undefined)
      report(["stickiness", "cookie"], "is missing: name the app's cookie that is followed");
    if (type === "lb_cookie" && cookie !== undefined)
      report(
        ["stickiness", "cookie"],
        "is of `type: app_cookie`: the load balancer's own has a fixed name",
        cookie,
      );
    // Source: Elastic Load Balancing, "Edit target group attributes", slow start and routing algorithms.
    if (slowStart !== undefined && algorithm !== "round_robin")
      report(
        ["slowStart"],
        `is not possible with \`algorithm: ${algorithm}\`: keep one of the two`,
        slowStart,
      );
  }),
  rule(
    {
      port: z.number(),
      target: z.object({ container: z.string(), port: z.number() }),
      sidecars: z.record(z.string(), z.unknown()),
    },
    checkTarget,
  ),
];

interface Targeted {
  port: number;
  target: { container: string; port: number };
  sidecars: Record<string, unknown>;
}

/** A task's containers share its network: two cannot listen on one port. */
function checkTarget({ port, target: { container, port: taken }, sidecars }: Targeted, report: Report): void {
  if (!Object.hasOwn(sidecars, container)) {
    report(
      ["target", "container"],
      `is not a sidecar (${didYouMean(container, Object.keys(sidecars))})`,
      container,
    );
  }
  if (taken === port)
    report(["target", "port"], "is the app's own: containers of a task share its network", taken);
}

interface Routed {
  port?: number | undefined;
  target?: { container: string; port: number } | undefined;
  health?: { port?: number | undefined } | undefined;
}

/** Where a service's requests arrive; undefined for one that gets none. */
export function trafficPort({ port, target: front }: Routed): number | undefined {
  return front?.port ?? port;
}

/** The ports that the load balancer has to reach, that of requests first. */
export function reachedPorts(service: Routed): number[] {
  const ports = [trafficPort(service), service.health?.port].filter((port) => port !== undefined);
  return [...new Set(ports)];
}
