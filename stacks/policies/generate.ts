import { calls } from "./calls.js";
import { type Condition, type Place, type PlaceName, places } from "./places.js";
import type { Access, Scope } from "./scope.js";

interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: readonly string[];
  Condition?: Condition;
}

export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** What a role may do: one statement for each place that its calls go to. */
export function policyOf(access: Access, scope: Scope): PolicyDocument {
  const byPlace = new Map<PlaceName, string[]>();
  for (const [action, { at, for: accesses = ["preview", "deploy"] }] of Object.entries(calls)) {
    if (!accesses.includes(access)) continue;
    for (const place of typeof at === "string" ? [at] : at) {
      byPlace.set(place, [...(byPlace.get(place) ?? []), action]);
    }
  }
  const statements = [...byPlace].flatMap(([place, actions]) => statementOf(place, actions, scope));
  return { Version: "2012-10-17", Statement: statements };
}

function statementOf(place: PlaceName, actions: string[], scope: Scope): Statement[] {
  const { resources, condition }: Place = places[place](scope);
  if (resources.length === 0) return [];
  return [
    {
      Sid: place.charAt(0).toUpperCase() + place.slice(1),
      Effect: "Allow",
      Action: actions.sort(),
      Resource: resources,
      ...(condition && { Condition: condition }),
    },
  ];
}
