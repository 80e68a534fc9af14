import { defineCommand } from "../core/command.js";
import type { Result } from "../core/command.js";
import { exitCodes } from "../core/errors.js";
import { shownJson } from "../core/shown.js";
import { durationMs } from "./options.js";

export const logs = defineCommand({
  name: "logs",
  describe: "Shows the logs of an environment's or a preview's services, in time order",
  positionals: { stack: { describe: "An environment, or a preview: dev, pr-42", required: true } },
  options: {
    service: { type: "text", describe: "Only this service" },
    since: { type: "text", describe: "How far back", default: "10m" },
    follow: { type: "flag", describe: "Continue until Ctrl-C, then exit with 130", alias: "f" },
  },
  examples: ["$0 logs dev --since 1h", "$0 logs pr-42 --service web --follow"],
  async run(args, invocation): Promise<Result> {
    const [{ readNamedStack }, { withContext }, { followLines, logsOf, readLines }, { lineJson, textOf }] =
      await Promise.all([
        import("../context/named-stack.js"),
        import("../context/with-context.js"),
        import("../features/inspect/logs/read.js"),
        import("../features/inspect/logs/lines.js"),
      ]);
    const since = await durationMs("--since", args.since);
    const named = await readNamedStack(invocation.cwd, args.stack);
    return withContext(invocation, named.place, async (context) => {
      const chosen = await logsOf(context, named, args.service);
      const width = Math.max(...chosen.map(({ service }) => service.length));
      const from = Date.now() - since;
      if (args.follow === true) {
        const { signal, unread } = invocation;
        const following = { ...context, signal: unread ? AbortSignal.any([signal, unread]) : signal };
        await followLines(following, chosen, from, (line) =>
          invocation.print(invocation.json ? shownJson(lineJson(line)) : textOf(line, width)),
        );
        // What was asked for is on stdout already, or whoever read it has enough.
        const exitCode = signal.aborted ? exitCodes.interrupted : exitCodes.done;
        return { value: undefined, text: "", exitCode };
      }
      const lines = await readLines(context, chosen, from);
      return { value: lines.map(lineJson), text: lines.map((line) => `${textOf(line, width)}\n`).join("") };
    });
  },
});
