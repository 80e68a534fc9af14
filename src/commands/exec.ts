import { defineCommand } from "../core/command.js";
import { badRequest } from "../core/errors.js";

export const exec = defineCommand({
  name: "exec",
  describe: "Runs a command, or a shell, in a running task of a service (ECS Exec)",
  positionals: {
    stack: { describe: "An environment, or a preview: dev, pr-42", required: true },
    service: { describe: "The service [default: the stack's only one]" },
  },
  words: { describe: "the command [default: /bin/sh]" },
  options: {
    task: {
      type: "text",
      describe: "The task, by its id or how that begins [default: the one that started last]",
    },
    container: {
      type: "text",
      describe: "The container, where it is a sidecar [default: the service's own]",
    },
  },
  examples: ["$0 exec dev", "$0 exec prod web -- node -e 'console.log(process.memoryUsage())'"],
  async run(args, invocation) {
    if (invocation.json)
      throw badRequest("bad-arguments", "A session has no JSON.", "Leave --json out, or use `moorage run`.");
    const [{ readNamedStack }, { withContext }, { execInTask }] = await Promise.all([
      import("../context/named-stack.js"),
      import("../context/with-context.js"),
      import("../features/run/exec.js"),
    ]);
    const named = await readNamedStack(invocation.cwd, args.stack);
    const { service, task, container } = args;
    const words = invocation.words ?? [];
    return withContext(invocation, named.place, async (context) => {
      await execInTask(context, { named, service, task, container, words });
      return { value: undefined, text: "" };
    });
  },
});
