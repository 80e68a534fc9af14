import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const pollMs = 30;

interface Stored {
  checkpoint?: { latest?: { pending_operations?: { type: string; resource: { type: string } }[] | null } };
}

/** `CreateTargetGroup` makes `aws:lb/targetGroup:TargetGroup`. */
function isMadeBy(operation: string, type: string): boolean {
  const made = operation.replace(/^(Create|Register)/, "").toLowerCase();
  return type.toLowerCase().endsWith(`:${made}`);
}

/** Waits until the engine's state says that this creation is under way, or the command has ended; whether it is. */
export async function untilPending(
  home: string,
  stack: string,
  operation: string,
  isOver: () => boolean,
): Promise<boolean> {
  const file = join(home, "pulumi/.pulumi/stacks/hello", `${stack}.json`);
  while (!isOver()) {
    const pending = read(file)?.checkpoint?.latest?.pending_operations ?? [];
    if (pending.some((one) => one.type === "creating" && isMadeBy(operation, one.resource.type))) return true;
    await delay(pollMs);
  }
  return false;
}

/** Nothing where it is not there yet, or is being written. */
function read(file: string): Stored | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Stored;
  } catch {
    return undefined;
  }
}
