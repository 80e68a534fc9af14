import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import type { Fault } from "@moorage/local-aws";

/** What a fault is asked for with, besides its kind. */
const details = {
  operation: { type: "text", describe: "The AWS operation, such as UpdateService" },
  service: {
    type: "text",
    describe: "The AWS service (ecs, elbv2, ...), or with lose-task the ECS service",
  },
  nth: { type: "number", describe: "The first call to fail (1: the next one)" },
  times: { type: "number", describe: "How many calls fail" },
  ms: { type: "number", describe: "Milliseconds of latency, or until a hanging call gets a response" },
  code: { type: "text", describe: "AWS's error code" },
  message: { type: "text", describe: "The error's message" },
  status: { type: "number", describe: "The error's HTTP status" },
  speed: { type: "number", describe: "Multiplies the refill rate of the token buckets" },
  count: {
    type: "number",
    describe: "How many tasks to lose, or how many rules a load balancer holds (rules-full)",
  },
  image: { type: "text", describe: "Part of the reference of images that cannot be pulled" },
} as const;

export const localFault = defineCommand({
  name: "local fault",
  describe: "Injects a failure into the local target, for a rehearsal",
  positionals: {
    kind: {
      describe:
        "throttle, latency, error, hang, lose-task, deny-image, no-capacity, rules-full or kill-daemon; without a kind, lists the active faults",
    },
  },
  options: {
    ...details,
    clear: { type: "flag", describe: "Ends all faults" },
    list: { type: "flag", describe: "Lists the active faults" },
  },
  examples: ["moorage local fault error --operation UpdateService --nth 2", "moorage local fault --clear"],
  async run({ kind, clear, list, ...given }, invocation) {
    const [{ startLocalTarget }, { parseFault }] = await Promise.all([
      import("../../context/local-target.js"),
      import("@moorage/local-aws"),
    ]);
    const named = Object.entries(given).filter(([name, value]) => name in details && value !== undefined);
    if (kind !== undefined && (clear === true || list === true)) {
      throw badRequest(
        "bad-arguments",
        "A fault's kind cannot be combined with --clear or --list.",
        "Give one of them.",
      );
    }
    const request = kind === undefined ? undefined : await parseFault({ kind, ...Object.fromEntries(named) });
    const local = await startLocalTarget(invocation);
    if (request !== undefined) return told([await local.fault(request)], "In force");
    return clear === true ? told(await local.clearFaults(), "Ended") : told(await local.faults(), "In force");
  },
});

function told(faults: Fault[], what: string): { value: Fault[]; text: string } {
  const lines = faults.map(({ id, kind, ...details }) => `  ${id}  ${kind}  ${JSON.stringify(details)}`);
  return {
    value: faults,
    text: faults.length === 0 ? "No faults.\n" : [`${what}:`, ...lines, ""].join("\n"),
  };
}
