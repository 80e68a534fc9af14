/** A driver to be killed: brings up the stack that its argument describes. */
import { createEngine } from "../../../src/engine/run.js";
import type { EngineBinary } from "../../../src/engine/pinned.js";
import type { StackSpec } from "../../../src/engine/engine.js";
import { type Items, itemsProgram } from "./program.js";

export interface DriverRequest {
  binary: EngineBinary;
  workFolder: string;
  spec: StackSpec;
  /** Undefined to destroy. */
  items: Items | undefined;
}

const { binary, workFolder, spec, items } = JSON.parse(process.argv[2] ?? "") as DriverRequest;
const engine = createEngine({ binary, workFolder });
const bound = { timeoutMs: 60_000 };
if (items) await engine.up(spec, { ...bound, program: itemsProgram(items), exists: true });
else await engine.destroy(spec, bound);
