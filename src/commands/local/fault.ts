import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import type { Fault } from "@moorage/local-aws";

/** What a fault is asked for with, besides its kind. */
const details = {
  operation: { type: "text", describe: "The AWS operation that it is about: UpdateService" },
  service: {
    type: "text",
    describe: "The AWS service (ecs, elbv2, ...), or the ECS service that loses a task",
  },
  nth: { type: "number", describe: "The first call that fails (1: the next)" },
  times: { type: "number", describe: "How many calls fail" },
  ms: { type: "number", describe: "Milliseconds: of latency, or until a hanging call is answered" },
  code: { type: "text", describe: "AWS's error code" },
  message: { type: "text", describe: "The error's message" },
  status: { type: "number", describe: "The error's HTTP status" },
  speed: { type: "number", describe: "Multiplies how fast throttled calls are allowed again" },
  count: {
    type: "number",
    describe: "How many tasks are lost, or rules a load balancer holds (rules-full)",
  },
  image: { type: "text", describe: "Part of the reference of images that cannot be pulled" },
} as const;

export const localFault = defineCommand({
  name: "local fault",
  describe: "Makes the local target fail on demand, so that a failure can be rehearsed",
  positionals: {
    kind: {
      describe:
        "throttle, latency, error, hang, lose-task, deny-image, no-capacity, rules-full or kill-daemon; without it, faults in force are listed",
    },
  },
  options: {
    ...details,
    clear: { type: "flag", describe: "Ends all faults" },
    list: { type: "flag", describe: "Lists the faults in force" },
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
        "A fault's kind goes without --clear and --list.",
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
