import { z } from "zod";
import { invalidRequest } from "../failure.js";
import { serviceNames } from "../services/index.js";

const operation = z
  .string()
  .regex(/^[A-Z][A-Za-z0-9]+$/, "is not the name of an AWS operation, such as UpdateService");
const count = z.int().min(1);
const milliseconds = z.int().min(0).max(600_000);

/** The calls that a fault is about: of one operation, of one service, or all. */
const calls = { service: z.enum(serviceNames).optional(), operation: operation.optional() };

/** Which of those calls: from the `nth` on (1 unless said otherwise), `times` of them. */
const turn = { nth: count.optional(), times: count.optional() };

const faultRequest = z.discriminatedUnion("kind", [
  /** AWS's own token buckets. `speed` multiplies their refill; they are not scaled otherwise. */
  z.strictObject({ kind: z.literal("throttle"), speed: z.number().positive().optional() }),
  z.strictObject({ kind: z.literal("latency"), ms: milliseconds, ...calls }),
  z.strictObject({
    kind: z.literal("error"),
    code: z.string().min(1).optional(),
    message: z.string().optional(),
    status: z.int().min(400).max(599).optional(),
    ...calls,
    operation,
    ...turn,
  }),
  /** A call that is not answered until the fault is cleared, or `ms` have passed. */
  z.strictObject({ kind: z.literal("hang"), ms: milliseconds.optional(), ...calls, operation, ...turn }),
  /** Tasks end as if their host had failed: those of a service, or any. */
  z.strictObject({
    kind: z.literal("lose-task"),
    service: z.string().min(1).optional(),
    count: count.optional(),
  }),
  /** Images whose reference contains the text cannot be pulled. */
  z.strictObject({ kind: z.literal("deny-image"), image: z.string().min(1) }),
  /** Fargate has no room: tasks stay PROVISIONING. */
  z.strictObject({ kind: z.literal("no-capacity") }),
  /** No load balancer has room for more rules than `count`: none, unless said otherwise. */
  z.strictObject({ kind: z.literal("rules-full"), count: count.optional() }),
  /** The local target's own process ends with SIGKILL: now, or when a call comes in. */
  z.strictObject({ kind: z.literal("kill-daemon"), ...calls, ...turn }),
]);

/** A fault as a person asks for it: `{ kind: "error", operation: "UpdateService", nth: 2 }`. */
export type FaultRequest = z.infer<typeof faultRequest>;

export const faultKinds: readonly string[] = faultRequest.options.map((option) => option.shape.kind.value);

/** The request, checked. Throws `fault-invalid` (exit 2), which names every mistake. */
export function checkFault(request: unknown): FaultRequest {
  const result = faultRequest.safeParse(request);
  if (result.success) return result.data;
  const kind = (request as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind !== "string" || !faultKinds.includes(kind)) {
    throw invalidRequest(
      "fault-invalid",
      `There is no fault ${JSON.stringify(kind)}.`,
      `Choose one of ${faultKinds.join(", ")}.`,
    );
  }
  const mistakes = result.error.issues.map((issue) =>
    [issue.path.join("."), issue.message].filter(Boolean).join(": "),
  );
  throw invalidRequest(
    "fault-invalid",
    `The fault ${kind} is not valid: ${mistakes.join("; ")}.`,
    "Run moorage local fault --help.",
  );
}
