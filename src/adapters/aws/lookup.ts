import type { Lookup, LookupFinding } from "../engine/engine.js";
import { classify } from "./errors.js";
import type { AwsClients } from "./clients.js";
import { accessFinders } from "./lookup/access.js";
import { balancingFinders } from "./lookup/balancing.js";
import { type Finder, ownerOfUrn } from "./lookup/finding.js";
import { hostFinders } from "./lookup/hosts.js";
import { findByName } from "./lookup/named.js";
import { namespaceFinders } from "./lookup/namespaces.js";
import { jobStartFinders } from "./lookup/job-starts.js";
import { networkFinders } from "./lookup/network.js";
import { scheduleFinders } from "./lookup/schedules.js";
import { serviceFinders } from "./lookup/services.js";
import { storageFinders } from "./lookup/storage.js";

/** How each type that the programs declare is found; a test compares it with what they declare. */
export const finders: Readonly<Record<string, Finder>> = {
  ...accessFinders,
  ...balancingFinders,
  ...hostFinders,
  ...namespaceFinders,
  ...jobStartFinders,
  ...networkFinders,
  ...scheduleFinders,
  ...serviceFinders,
  ...storageFinders,
};

/**
 * Finds on the target a resource that a killed run may have created: by its name, or by what makes it unique, and only where
 * its tags say that it is the stack's. Of what only moorage.ts declares, the name tells the id, and the engine reads it. Answers with the id that `pulumi import` takes (each type's page in the Pulumi registry
 * gives its form). For a type without a finder, it is unknown whether the resource exists.
 */
export function lookupOn(clients: AwsClients): Lookup {
  return async ({ type, urn, inputs }, known) => {
    const find = finders[type];
    try {
      if (find === undefined) return (await findByName(clients, type, inputs)) ?? unsearchable(type, urn);
      return await find({ clients, inputs, owner: ownerOfUrn(urn), known });
    } catch (error) {
      throw classify(error, `look for ${urn.split("::").slice(-2).join(" ")}`);
    }
  };
}

function unsearchable(type: string, urn: string): LookupFinding {
  const name = urn.split("::").at(-1) ?? "";
  return {
    is: "unknown",
    why: `Moorage cannot look for a ${type}. See whether ${name} exists, and delete it if so; then \`pulumi refresh --clear-pending-creates\` forgets it`,
  };
}
