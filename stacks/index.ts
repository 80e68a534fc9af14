import * as pulumi from "@pulumi/pulumi";
import { stackKind } from "../src/core/project/stack-kind.js";
import type { AppOutputs } from "./components/app-outputs.js";
import { projectFolder, readConfig, readConfigBy } from "./config.js";
import type { FoundationOutputs } from "./foundation.js";
import type { GitHubOutputs } from "./github.js";
import type { ProgramOptions } from "./program-options.js";

/**
 * The program of every stack, picked by the stack's name: Pulumi's `main` under the plain CLI, and what the driver runs
 * inline. `MOORAGE_FOUNDATION` (JSON) stands in for the configured foundation. Under the plain CLI the project's folder is
 * looked for.
 */
export default async function program(
  options: ProgramOptions = {},
): Promise<AppOutputs | FoundationOutputs | GitHubOutputs> {
  try {
    return await programOfStack({ folder: projectFolder(), ...options });
  } catch (error) {
    // Pulumi shows none of a RunError, but formats it: Node 20 takes 15 s and 3 GB for that (pulumi#21326).
    if (pulumi.RunError.isInstance(error)) error.stack = "";
    throw error;
  }
}

async function programOfStack(
  options: ProgramOptions,
): Promise<AppOutputs | FoundationOutputs | GitHubOutputs> {
  const stack = pulumi.getStack();
  const foundation = process.env["MOORAGE_FOUNDATION"];
  switch (stackKind(stack)) {
    case "preview": {
      const { preview } = await import("./preview.js");
      return preview(await readConfig(), foundation, options);
    }
    case "environment": {
      const { environment } = await import("./environment.js");
      return environment(await readConfig(), foundation, options);
    }
    case "foundation": {
      const [{ foundation: declare }, { parseFoundationConfig }] = await Promise.all([
        import("./foundation.js"),
        import("../src/core/project/foundation.js"),
      ]);
      const whose = { project: pulumi.getProject(), stack };
      return declare(
        await readConfigBy((raw, source, file) => parseFoundationConfig(raw, source, file, whose)),
      );
    }
    case "github": {
      const [{ github }, { parseGitHubConfig }] = await Promise.all([
        import("./github.js"),
        import("../src/core/project/github.js"),
      ]);
      return github(await readConfigBy(parseGitHubConfig));
    }
    default:
      throw new pulumi.RunError(
        `There is no program for a stack named ${stack}: environments have a Pulumi.<name>.yaml, previews are pr-<N>.`,
      );
  }
}
