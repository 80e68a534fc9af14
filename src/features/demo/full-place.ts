import { join } from "node:path";
import { readEnvironment } from "../../context/environment-stack.js";
import { openContext } from "../../context/context.js";
import { type PreviewStack, readPreview } from "../../context/preview-stack.js";
import type { Invocation } from "../../core/command.js";
import { packageFolder } from "../../core/own-modules.js";
import type { DemoApp } from "./commits.js";
import type { DemoPlace } from "./place.js";

const project = join(packageFolder(), "examples", "orders");

export const ordersApp: DemoApp = { folder: join(project, "app"), repository: "orders", file: "web.js" };

/** The full example's own project. */
export function fullInvocation(invocation: Invocation): Invocation {
  return { ...invocation, cwd: project };
}

/** An environment whose queue, bucket and table are in the emulator, where there is one. */
export async function openFull(
  invocation: Invocation,
  name: string,
  endpoint: string | undefined,
): Promise<DemoPlace> {
  const stack = await readEnvironment(invocation.cwd, name);
  const emulated = endpoint && { endpoints: { dynamodb: endpoint, s3: endpoint, sqs: endpoint } };
  const place = { ...stack.place, ...emulated };
  return { ...stack, place, context: await openContext(invocation, place) };
}

export function openFullPreview(invocation: Invocation, pr: string): Promise<PreviewStack> {
  return readPreview(invocation.cwd, pr);
}
