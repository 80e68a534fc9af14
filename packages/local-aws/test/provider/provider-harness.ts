import { LocalWorkspace, PulumiCommand, type PulumiFn, type Stack } from "@pulumi/pulumi/automation/index.js";
import { join } from "node:path";
import { mkdirSync, symlinkSync } from "node:fs";
import { onTestFinished } from "vitest";
import { getEngine } from "../../../../src/adapters/engine/get.js";
import type { Site } from "../../src/cloud.js";
import { Home } from "../../src/home/home.js";
import { startTarget, type RunningTarget } from "../../src/target.js";
import { silentReporter } from "../../../../src/core/reporter.js";
import { type AtEnd, temporaryFolder } from "../../../../test/harness/folder.js";

export const site: Site = { account: "111111111111", region: "us-east-1" };

export interface Bench {
  target: RunningTarget;
  home: Home;
  /** A stack of the real CLI with an inline program, against the target's provider. */
  stack(program: PulumiFn): Promise<Stack>;
}

/** A whole local target in this process, and the real Pulumi CLI beside it. */
export async function openBench(atEnd: AtEnd = onTestFinished): Promise<Bench> {
  const folder = temporaryFolder(undefined, atEnd);
  const home = Home.open(join(folder, "home"), site);
  const target = await startTarget({ home, pace: { factor: 100 } });
  atEnd(() => target.close());
  const { providerPort } = await target.sites.site(site);
  const engine = await getEngine({
    env: process.env,
    reporter: silentReporter,
    signal: new AbortController().signal,
  });
  const work = join(folder, "work");
  mkdirSync(work);
  // The SDK looks for its CLI in `bin` of a folder, or on the PATH of this process.
  mkdirSync(join(folder, "bin"));
  symlinkSync(engine.path, join(folder, "bin", "pulumi"));
  const pulumiCommand = await PulumiCommand.get({ root: folder });
  const envVars = {
    PULUMI_DEBUG_PROVIDERS: `aws:${providerPort}`,
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_HOME: join(folder, "pulumi-home"),
  };
  return {
    target,
    home,
    stack: (program) =>
      LocalWorkspace.createOrSelectStack(
        { stackName: "dev", projectName: "shop", program },
        {
          workDir: work,
          envVars,
          pulumiCommand,
          projectSettings: { name: "shop", runtime: "nodejs", backend: { url: home.backendUrl } },
        },
      ),
  };
}
