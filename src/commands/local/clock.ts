import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";
import { durationMs } from "../options.js";

export const localClock = defineCommand({
  name: "local clock",
  describe: "Shows the clock that schedules run by, or moves it on: what becomes due is started",
  options: {
    advance: { type: "text", describe: "How far to move it on: 8h" },
    reset: { type: "flag", describe: "Sets it back to this machine's time" },
  },
  examples: ["moorage local clock --advance 24h   # a nightly job runs now"],
  async run({ advance, reset }, invocation) {
    if (advance !== undefined && reset === true) {
      throw badRequest("bad-arguments", "--advance cannot be combined with --reset.", "Give one of them.");
    }
    const advanceMs = advance === undefined ? undefined : await durationMs("--advance", advance);
    const { startLocalTarget } = await import("../../context/local-target.js");
    const local = await startLocalTarget(invocation);
    const value = await local.clock({ advanceMs, reset });
    return { value, text: `${value.now}\n` };
  },
});
