import { getEngine } from "../../src/adapters/engine/get.js";
import { plainReporter } from "../../src/cli/reporters.js";

/** Before all tests: the engine is there, so that no test's time goes into building it. */
export default async function setup(): Promise<void> {
  const reporter = plainReporter(process.stderr, Date.now());
  await getEngine({ env: process.env, reporter, signal: new AbortController().signal });
}
