import { defineCommand } from "../command.js";
import { badRequest } from "../errors.js";

export const url = defineCommand({
  name: "url",
  describe: "Prints an environment's URL",
  positionals: { env: { describe: "The environment, as in Pulumi.<env>.yaml", required: true } },
  async run(args, invocation) {
    const [{ readEnvironment }, { openContext }] = await Promise.all([
      import("../environment-stack.js"),
      import("../context.js"),
    ]);
    const { environment, place } = await readEnvironment(invocation.cwd, args.env);
    const context = await openContext(invocation, place);
    try {
      const found = (await context.records.read(environment))?.record.url;
      if (found === undefined) throw neverDeployed(environment);
      return { value: { environment, stack: environment, url: found }, text: `${found}\n` };
    } finally {
      context.close();
    }
  },
});

function neverDeployed(environment: string): Error {
  return badRequest(
    "never-deployed",
    `${environment} has no URL: it was never deployed to its end.`,
    `Run \`moorage deploy ${environment}\`, or see \`moorage status\`.`,
  );
}
