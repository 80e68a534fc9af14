import { bounds } from "../../core/bounds.js";
import { badRequest, platformFailure } from "../../core/errors.js";
import { runCommand } from "../images/command.js";
import { runAttached } from "./attached.js";
import type { OpenSession } from "./session.js";

const program = "session-manager-plugin";
const page =
  "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html";
/** The first that takes a session by its environment: an argument would stand in the process list. */
const oldest = [1, 2, 498, 0];
const variable = "AWS_SSM_START_SESSION_RESPONSE";

/**
 * AWS's Session Manager plugin, which speaks the protocol of sessions. Raises `session-plugin-missing` (exit 2) where it is not
 * installed, or too old.
 */
export async function sessionPlugin(env: NodeJS.ProcessEnv): Promise<OpenSession> {
  const { code, tail } = await runCommand(program, ["--version"], { env, timeoutMs: bounds.toolAnswer });
  if (code !== 0) throw missing("is not installed");
  if (isOlder(tail.trim()))
    throw missing(`is too old (${tail.trim()}; ${oldest.join(".")} or newer is needed)`);
  return async ({ ticket, region, target }, signal) => {
    const args = [
      variable,
      region,
      "StartSession",
      env["AWS_PROFILE"] ?? "",
      JSON.stringify({ Target: target }),
      "",
    ];
    const own = { ...env, [variable]: JSON.stringify(ticket) };
    const exitCode = await runAttached(program, args, { env: own, signal });
    if (exitCode === 0) return;
    throw platformFailure(
      "session-failed",
      `The session ended with an error of ${program} (exit code ${exitCode}).`,
      "What it says stands above; run the command again.",
    );
  };
}

function isOlder(version: string): boolean {
  const parts = version.split(".").map(Number);
  const at = oldest.findIndex((part, index) => part !== (parts[index] ?? 0));
  return at >= 0 && !((parts[at] ?? 0) > (oldest[at] ?? 0));
}

function missing(why: string) {
  return badRequest(
    "session-plugin-missing",
    `AWS's Session Manager plugin ${why}: without it no session can be opened.`,
    `Install it (${page}), or run a task of its own: \`moorage run\`.`,
  );
}
