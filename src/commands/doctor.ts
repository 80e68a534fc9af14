import { defineCommand, type Result } from "../core/command.js";
import { exitCodes } from "../core/errors.js";

export const doctor = defineCommand({
  name: "doctor",
  describe: "Looks at tools, project, GitHub repository and AWS account, and says what to change",
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
