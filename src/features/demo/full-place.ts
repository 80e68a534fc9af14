import { join } from "node:path";
import type { Invocation } from "../../core/command.js";
import { packageFolder } from "../../core/own-modules.js";
import type { DemoApp } from "./commits.js";
import { type DemoPlace, openPlace } from "./place.js";

const project = join(packageFolder(), "examples", "orders");

export const ordersApp: DemoApp = { folder: join(project, "app"), repository: "orders", file: "web.js" };

/** The full example's own project. */
export function fullInvocation(invocation: Invocation): Invocation {
  return { ...invocation, cwd: project };
}

/** An environment whose queue, bucket and table are in the emulator, where there is one. */
export function openFull(
  invocation: Invocation,
  name: string,
  endpoint: string | undefined,
): Promise<DemoPlace> {
  const emulated = endpoint && { endpoints: { dynamodb: endpoint, s3: endpoint, sqs: endpoint } };
  return openPlace(invocation, name, emulated || {});
}
