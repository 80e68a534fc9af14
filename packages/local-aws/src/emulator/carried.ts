import type { Failure } from "../resources/resource.js";
import type { Properties } from "../provider/values.js";

/** Every property that is set and that no call to an emulator carries: it would be lost silently. */
export function notCarried(inputs: Properties, carried: ReadonlySet<string>): Failure[] {
  return Object.entries(inputs)
    .filter(([property, value]) => value !== undefined && !carried.has(property) && property !== "region")
    .map(([property]) => ({
      property,
      reason: `the local target does not pass ${property} on to the emulator: leave it out locally, or leave its service out of moorage:local`,
    }));
}
