/** A driver in a process of its own, to be killed or to end itself: works on the stack that its argument describes. */
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { createEngine } from "../../../../src/adapters/engine/run.js";
import type { EngineBinary } from "../../../../src/adapters/engine/pinned.js";
import type { StackSpec } from "../../../../src/adapters/engine/engine.js";
import { type Items, itemsProgram } from "./program.js";

export interface DriverRequest {
  binary: EngineBinary;
  workFolder: string;
  spec: StackSpec;
  /** What is brought up; or a destroy; or a program that ends the process. */
  task: Items | "destroy" | "exit";
}

const { binary, workFolder, spec, task } = JSON.parse(process.argv[2] ?? "") as DriverRequest;
const engine = createEngine({ binary, workFolder });
const bound = { timeoutMs: 60_000 };
if (task === "destroy") await engine.destroy(spec, bound);
else await engine.up(spec, { ...bound, program: programFor(task), exists: true });

function programFor(items: Items | "exit"): PulumiFn {
  return items === "exit" ? async () => process.exit(0) : itemsProgram(items);
}
