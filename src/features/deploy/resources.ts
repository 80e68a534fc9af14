import type { ResourceEvent } from "../../adapters/engine/engine.js";
import type { Reporter } from "../../core/reporter.js";

const done: Partial<Record<ResourceEvent["operation"], string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
};

/** Tells what the engine has done to a resource, each once: a replacement is several steps of the engine. */
export function resourceTeller(reporter: Reporter): (event: ResourceEvent) => void {
  const told = new Set<string>();
  return ({ status, operation, type, name, urn }) => {
    const verb = done[operation];
    // Components are ours, not the target's.
    if (verb === undefined || status === "started" || type.startsWith("moorage:")) return;
    const text = `${status === "failed" ? `not ${verb}` : verb} ${type.split(":").at(-1) ?? type} ${name}`;
    if (told.has(`${urn} ${text}`)) return;
    told.add(`${urn} ${text}`);
    reporter.notify({ kind: "detail", text });
  };
}
