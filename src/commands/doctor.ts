import { defineCommand, type Result } from "../core/command.js";
import { exitCodes } from "../core/errors.js";

export const doctor = defineCommand({
  name: "doctor",
  describe: "Checks tools, project, GitHub repository and AWS account, and says how to fix what is wrong",
  async run(_args, invocation): Promise<Result> {
    const [{ examine }, { describeFindings }] = await Promise.all([
      import("../features/setup/doctor/doctor.js"),
      import("../features/inspect/verify/describe.js"),
    ]);
    const examination = await examine(invocation);
    return {
      value: examination,
      text: describeFindings("doctor", examination.checks),
      ...(!examination.ok && { exitCode: exitCodes.failed }),
    };
  },
});
