import { registriesOf } from "./registries.js";
import type { Tables } from "./rows.js";
import { primaryConfig } from "./service-view.js";

/** Which services Cloud Map would have names for: nobody outside of the local target is there to look them up. */
export function registryNotes(tables: Tables): string[] {
  return Object.values(tables.services).flatMap((row) => {
    const config = row.state.status === "ACTIVE" ? primaryConfig(row, tables) : undefined;
    return (config === undefined ? [] : registriesOf(config)).map(
      ({ registryArn = "" }) =>
        `${row.name} has no DNS name of Cloud Map (${registryArn.split("/").at(-1) ?? ""}) here: callers outside of its stack do not find it`,
    );
  });
}
