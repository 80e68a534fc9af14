import { bounds } from "../../../core/bounds.js";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { MoorageError } from "../../../core/errors.js";
import { CliFailure } from "../cli.js";
import type { StackSpec } from "../engine.js";
import { rescueFolder } from "./saved.js";
import type { Driver } from "../session.js";
import { throughRelay } from "./run.js";
import { withWorkFolder } from "../work-folder.js";

/** True when the engine refuses the state because it contradicts itself. */
export function isBrokenState(error: unknown): error is CliFailure {
  return error instanceof CliFailure && error.message.includes("snapshot integrity failure");
}

/** F30: nothing is tried on a state that contradicts itself; a copy is kept, and the repair is a person's to order. */
export async function brokenState(driver: Driver, spec: StackSpec, error: CliFailure): Promise<MoorageError> {
  const reason = /snapshot integrity failure[^\n]*/.exec(error.message)?.[0] ?? "";
  const copy = await keepCopy(driver, spec).catch((failure: unknown) => failure as Error);
  const kept = copy instanceof Error ? `No copy could be made: ${copy.message}` : `A copy is in ${copy}.`;
  const stack = spec.stack.includes("/") ? spec.stack : `organization/${spec.project}/${spec.stack}`;
  return new MoorageError({
    code: "state-broken",
    message: `The state of ${spec.stack} is inconsistent: ${reason}\n${kept}`,
    hint: `Run \`PULUMI_BACKEND_URL='${spec.backendUrl}' pulumi state repair --stack ${stack}\`, look at what it changed, then run the command again.`,
    cause: error,
  });
}

/** The state as it is, secrets encrypted, where only its user can read it. */
async function keepCopy({ cli, workFolder, patience, trace }: Driver, spec: StackSpec): Promise<string> {
  const folder = await rescueFolder();
  const time = new Date().toISOString().replace(/\W/g, "");
  const file = join(folder, `${spec.project}-${spec.stack.replaceAll("/", "-")}-${time}.json`);
  const signal = AbortSignal.timeout(bounds.engineExport);
  await throughRelay(spec, { patience, trace }, ({ spec: seen }) =>
    withWorkFolder(seen, workFolder, ({ path, env }) =>
      cli.run(["stack", "export", "--file", file, "--stack", spec.stack], { cwd: path, env, signal }),
    ),
  );
  await chmod(file, 0o600);
  return file;
}
