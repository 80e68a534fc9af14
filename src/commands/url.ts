import { defineCommand } from "../core/command.js";
import { badRequest } from "../core/errors.js";
import { environment } from "./options.js";

export const url = defineCommand({
  name: "url",
  describe: "Prints an environment's URL",
  positionals: { environment },
  async run(args, invocation) {
    const [{ readEnvironment }, { withContext }] = await Promise.all([
      import("../context/environment-stack.js"),
      import("../context/with-context.js"),
    ]);
    const { environment: name, place } = await readEnvironment(invocation.cwd, args.environment);
    return withContext(invocation, place, async (context) => {
      const found = (await context.records.read(name))?.record.url;
      if (found === undefined) throw neverDeployed(name);
      return { value: { environment: name, stack: name, url: found }, text: `${found}\n` };
    });
  },
});

function neverDeployed(environment: string): Error {
  return badRequest(
    "never-deployed",
    `${environment} has no URL: it was never deployed successfully.`,
    `Run \`moorage deploy ${environment}\`, or see \`moorage status\`.`,
  );
}
