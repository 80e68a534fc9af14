import type { ResourceEvent } from "./engine.js";
import type { EngineListener } from "./listeners.js";

/** Tells what updates have done to resources, a line for each: `+ Service hello-web-pr-42`. */
export function changeListener(note: (line: string) => void): EngineListener {
  return {
    onResource(event) {
      const line = lineOf(event);
      if (line !== undefined) note(line);
    },
  };
}

const signs: Partial<Record<ResourceEvent["operation"], string>> = {
  create: "+",
  update: "!",
  replace: "!",
  delete: "-",
};

/** Undefined for what changes nothing, and for components, which are ours and not the target's. */
function lineOf({ status, operation, type, name }: ResourceEvent): string | undefined {
  const sign = signs[operation];
  if (sign === undefined || status === "started" || type.startsWith("moorage:")) return undefined;
  const kind = type.split(":").at(-1) ?? type;
  return `${sign} ${kind} ${name}${status === "failed" ? " (failed)" : ""}`;
}
