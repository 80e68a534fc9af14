import { text as readAll } from "node:stream/consumers";
import { defineCommand } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";

const kinds = ["export", "parameter", "secret"] as const;

export const localValue = defineCommand({
  name: "local value",
  describe: "Writes what settings refer to by name: a CloudFormation export, a parameter or a secret",
  positionals: {
    kind: { describe: "export, parameter or secret", required: true },
    name: { describe: "Its name", required: true },
  },
  options: {
    value: { type: "text", describe: "The value, if it is no secret; without it, the standard input" },
    secure: { type: "flag", describe: "The parameter is a SecureString" },
  },
  examples: [
    "moorage local value export orders-table --value orders",
    'printf %s "$PASSWORD" | moorage local value secret hello/dev/database',
  ],
  async run({ kind: given, name, value: plain, secure }, invocation) {
    const kind = kinds.find((one) => one === given);
    if (kind === undefined) {
      throw badRequest("bad-arguments", `${given} is no kind of value.`, `Give one of ${kinds.join(", ")}.`);
    }
    if (secure === true && kind !== "parameter") {
      throw badRequest("bad-arguments", "--secure belongs to a parameter.", "Leave it out.");
    }
    if (plain !== undefined && (kind === "secret" || secure === true)) {
      throw badRequest(
        "bad-arguments",
        "A secret's value is not given as an argument, which other users of the machine can read.",
        "Write it to the command's standard input.",
      );
    }
    const value = plain ?? (await readAll(process.stdin));
    const { configuredSite, startLocalTarget } = await import("../../context/local-target.js");
    const local = await startLocalTarget(invocation);
    const site = await configuredSite(invocation.cwd);
    await local.putValue({ kind, name, value, secure }, site);
    return {
      value: { kind, name, ...site },
      text: `Wrote the ${kind} ${name} in ${site.account}, ${site.region}.\n`,
    };
  },
});
