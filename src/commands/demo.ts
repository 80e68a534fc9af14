import { defineCommand } from "../core/command.js";
import { badRequest } from "../core/errors.js";

export const demo = defineCommand({
  name: "demo",
  describe:
    "Runs the whole journey on this machine with the bundled example: no account, no Docker, no leftovers",
  options: {
    keep: { type: "flag", describe: "Keep the local target running, with its state", default: false },
    full: {
      type: "flag",
      describe: "With an app of several services, jobs, a migration, and a queue and a bucket of its own",
    },
    emulator: {
      type: "text",
      describe: "With --full: where an emulator of SQS, S3 and DynamoDB runs, such as http://127.0.0.1:4566",
    },
  },
  examples: ["$0 demo", "$0 demo --full --emulator http://127.0.0.1:4566"],
  async run({ keep, full, emulator }, invocation) {
    const endpoint = emulator === undefined ? undefined : emulatorAt(emulator, full === true);
    const [{ runDemo }, { describeDemo }] = await Promise.all([
      import("../features/demo/demo.js"),
      import("../features/demo/describe.js"),
    ]);
    const value = await runDemo(invocation, { keep, full: full === true ? { endpoint } : undefined });
    return { value, text: describeDemo(value) };
  },
});

function emulatorAt(given: string, isFull: boolean): string {
  if (!isFull)
    throw badRequest("bad-arguments", "--emulator is for --full, which is not given.", "Add --full.");
  if (URL.canParse(given)) return given;
  throw badRequest(
    "bad-arguments",
    `--emulator must be an address, and is ${JSON.stringify(given)}.`,
    "Give one on loopback such as http://127.0.0.1:4566.",
  );
}
