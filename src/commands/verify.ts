import { defineCommand } from "../core/command.js";
import type { Result } from "../core/command.js";
import { exitCodes } from "../core/errors.js";
import { environment } from "./options.js";

export const verify = defineCommand({
  name: "verify",
  describe:
    "Checks whether an environment can be deployed: image, roles, secrets, capacity, credentials; changes nothing",
  positionals: { environment },
  options: {
    tag: { type: "text", describe: "The image tag to check [default: what is deployed now]" },
  },
  examples: ["$0 verify prod --tag v1.2.3"],
  async run(args, invocation): Promise<Result> {
    const [{ onEnvironment }, { checkTag }, { openVerifyInput }, verification, { describeFindings }] =
      await Promise.all([
        import("./on-environment.js"),
        import("../core/project/tag.js"),
        import("../features/inspect/verify/verify-input.js"),
        import("../features/inspect/verify/verify.js"),
        import("../features/inspect/verify/describe.js"),
      ]);
    const tag = args.tag === undefined ? undefined : checkTag(args.tag);
    return onEnvironment(invocation, args.environment, async (context, known) => {
      const findings = await verification.verify(await openVerifyInput(context, known, tag));
      const isBad = findings.some(({ result }) => result === "NG");
      return {
        value: findings,
        text: describeFindings(known.environment, findings),
        ...(isBad && { exitCode: exitCodes.failed }),
      };
    });
  },
});
