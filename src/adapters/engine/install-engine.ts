import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";

/** A process of its own (`node install-engine.js FOLDER VERSION`): the Automation API's installer takes no signal. */
const [root = "", version = ""] = process.argv.slice(2);
PulumiCommand.install({ root, version: new SemVer(version) }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
