import type { Firelens, Logging } from "../../src/core/project/log-routing.js";
import { byName } from "./container-options.js";

/** Of the log router, as ECS gives it back. */
export function routerOf({ type, options }: Firelens): object {
  return { ...sorted(options), type };
}

/** Of a container that logs through it. */
export function routedTo({ options, secretOptions }: Logging): object {
  const secrets = Object.entries(secretOptions).sort(byName);
  return {
    logDriver: "awsfirelens",
    ...sorted(options),
    ...(secrets.length > 0 && {
      secretOptions: secrets.map(([name, valueFrom]) => ({ name, valueFrom })),
    }),
  };
}

function sorted(options: Record<string, string>): object {
  const entries = Object.entries(options).sort(byName);
  return entries.length === 0 ? {} : { options: Object.fromEntries(entries) };
}
