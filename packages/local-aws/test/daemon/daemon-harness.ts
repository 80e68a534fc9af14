import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { findLocal } from "../../src/daemon/client.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

/** A project with a home of its own; a daemon that a test leaves behind is stopped. */
export function openProject(): { cwd: string; env: NodeJS.ProcessEnv; home: string } {
  const folder = temporaryFolder();
  const cwd = join(folder, "project");
  mkdirSync(cwd);
  const home = join(folder, "home");
  const env = { ...process.env, MOORAGE_HOME: home, MOORAGE_LOCAL_OWNER: String(process.pid) };
  onTestFinished(async () => (await findLocal({ cwd, env }))?.stop());
  return { cwd, env, home };
}
