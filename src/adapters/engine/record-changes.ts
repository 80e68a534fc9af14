import type { Engine, ResourceEvent, StackSpec, UpOptions } from "./engine.js";

/** The same engine; what its updates have done to resources is noted, a line for each: `+ Service hello-web-pr-42`. */
export function recordChanges(engine: Engine, note: (line: string) => void): Engine {
  const noting = (options: UpOptions): UpOptions => ({
    ...options,
    onResource(event) {
      const line = lineOf(event);
      if (line !== undefined) note(line);
      options.onResource?.(event);
    },
  });
  return {
    ...engine,
    up: (spec: StackSpec, options: UpOptions) => engine.up(spec, noting(options)),
    get processes() {
      return engine.processes;
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
