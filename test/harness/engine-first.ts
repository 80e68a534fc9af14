import { getEngine } from "../../src/adapters/engine/get.js";
import { plainHost } from "../../src/cli/reporters.js";

/** Before all tests: the engine is there, so that no test's time goes into building it. */
export default async function setup(): Promise<void> {
  const host = plainHost(process.stderr, Date.now());
  await getEngine({ env: process.env, host, signal: new AbortController().signal });
}
