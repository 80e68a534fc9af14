import { defineCommand, type Result } from "../core/command.js";
import { badRequest, hasCode } from "../core/errors.js";
import { durationMs } from "./options.js";

export const run = defineCommand({
  name: "run",
  describe:
    "Runs a command in a task of its own, with what a service runs now: image, variables, secrets, network",
  positionals: {
    stack: { describe: "An environment, or a preview: dev, pr-42", required: true },
    service: { describe: "Whose task definition it has [default: the stack's only service]" },
  },
  words: { describe: "the command, in place of the service's own", required: true },
  options: {
    timeout: { type: "text", describe: "How long it may take; then its task is stopped", default: "1h" },
    detach: { type: "flag", describe: "Start it, and do not wait", alias: "d" },
    "exit-code": { type: "flag", describe: "Exit with the command's own exit code, in place of 1" },
  },
  examples: ["$0 run dev -- node scripts/seed.js", "$0 run pr-42 web --timeout 5m -- sh -c 'ls -l && env'"],
  async run(args, invocation): Promise<Result> {
    const timeoutMs = await durationMs("--timeout", args.timeout);
    const detach = args.detach === true;
    if (detach && args["exit-code"] === true)
      throw badRequest(
        "bad-arguments",
        "--exit-code is for who waits, and --detach does not.",
        "Leave one out.",
      );
    const [{ readNamedStack }, { withContext }, { runInTask }, { describeDetached }] = await Promise.all([
      import("../context/named-stack.js"),
      import("../context/with-context.js"),
      import("../features/run/run.js"),
      import("../features/run/describe.js"),
    ]);
    const { json, reporter, words = [] } = invocation;
    const named = await readNamedStack(invocation.cwd, args.stack);
    const tell = (line: string) =>
      json ? reporter.notify({ kind: "detail", text: line }) : invocation.print(line);
    return withContext(invocation, named.place, async (context) => {
      const request = { named, service: args.service, words, timeoutMs, detach };
      try {
        const result = await runInTask(context, request, tell);
        return { value: result, text: detach ? describeDetached(result) : "" };
      } catch (error) {
        const exitCode =
          args["exit-code"] === true && hasCode(error, "run-failed") && error.result?.["exitCode"];
        if (typeof exitCode !== "number" || !hasCode(error, "run-failed")) throw error;
        const { code, message, hint } = error;
        reporter.notify({ kind: "warning", text: message });
        return { value: { ...error.result, error: { code, message, hint } }, text: "", exitCode };
      }
    });
  },
});
