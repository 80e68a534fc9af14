import { defineCommand, type Invocation } from "../../core/command.js";
import { badRequest } from "../../core/errors.js";

export const localReset = defineCommand({
  name: "local reset",
  describe: "Stops the local target and deletes all of its data: stacks, images, logs",
  options: { yes: { type: "flag", describe: "Do not ask" } },
  async run(args, invocation) {
    const [{ findHome, findLocal }, { rm }] = await Promise.all([
      import("@moorage/local-aws"),
      import("node:fs/promises"),
    ]);
    const { folder, exists } = await findHome(invocation.cwd, invocation.env);
    // A folder that is no home is somebody's own, whatever MOORAGE_HOME says.
    if (!exists) {
      return { value: { reset: false, home: folder }, text: `There is no local target in ${folder}.\n` };
    }
    if (args.yes !== true) await confirm(folder, invocation);
    // A home that cannot be read is removed all the same: that is what a reset is for.
    const local = await findLocal(invocation).catch(() => undefined);
    await local?.stop();
    await rm(folder, { recursive: true, force: true });
    return { value: { reset: true, home: folder }, text: `Removed ${folder}.\n` };
  },
});

async function confirm(folder: string, invocation: Invocation): Promise<void> {
  const { openTerminal } = await import("../../core/prompt.js");
  const terminal = await openTerminal(invocation);
  if (terminal === undefined) {
    throw badRequest("not-confirmed", `This would delete ${folder} and everything in it.`, "Add --yes.");
  }
  try {
    const answer = await terminal.ask(`Remove ${folder} with its stacks, images and logs? [y/N] `);
    if (/^y(es)?$/i.test(answer)) return;
  } finally {
    terminal.close();
  }
  throw badRequest("not-confirmed", "Nothing was removed.", "Answer y, or add --yes.");
}
