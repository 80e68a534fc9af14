import { defineCommand } from "../core/command.js";
import { badRequest } from "../core/errors.js";
import type { StackRecord } from "../adapters/record/record.js";
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
      const record = (await context.records.read(name))?.record;
      const found = urlIn(record);
      if (found === undefined) throw neverDeployed(name);
      return { value: { environment: name, stack: name, url: found }, text: `${found}\n` };
    });
  },
});

/** The URL of a stack; undefined where it was never deployed. Throws for one of workers alone. */
export function urlIn(record: StackRecord | undefined): string | undefined {
  if (record === undefined || record.url !== undefined || record.deployed === undefined) return record?.url;
  throw badRequest(
    "no-url",
    `${record.stack} has no URL: none of its services takes requests.`,
    "See `moorage status`; a service with a `port` has a URL.",
  );
}

function neverDeployed(environment: string): Error {
  return badRequest(
    "never-deployed",
    `${environment} has no URL: it was never deployed successfully.`,
    `Run \`moorage deploy ${environment}\`, or see \`moorage status\`.`,
  );
}
