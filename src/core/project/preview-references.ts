import { type Reference, referenceIn, referenceName, referencesIn } from "./references.js";
import type { Config, PreviewRoles } from "./schema.js";
import { matchesWildcards } from "./wildcards.js";

/** A reference that previews may not look up, and where it stands. */
export interface RefusedReference {
  /** `moorage:services.web.env.TABLE`. */
  where: string;
  /** `fromCfn orders-table`. */
  value: string;
  kind: "secrets" | "references";
}

/** The references of a preview's configuration that are outside of what its tasks may read and the foundation lists. */
export function refusedReferences(
  { services, jobs }: Pick<Config, "services" | "jobs">,
  roles: Pick<PreviewRoles, "secrets" | "exports">,
): RefusedReference[] {
  return referencesIn({ services, jobs })
    .filter(({ reference }) => !isAllowed(reference, roles))
    .map(({ path, reference }) => ({
      where: `moorage:${path.join(".")}`,
      value: referenceName(reference),
      kind: path.includes("secrets") ? "secrets" : "references",
    }));
}

/** What tasks of previews may read, and exports that the foundation lists; no stack's outputs. */
function isAllowed(
  { from, name }: Reference,
  { secrets, exports = [] }: Pick<PreviewRoles, "secrets" | "exports">,
): boolean {
  const among = (service: string, resource: string) =>
    secrets.some((pattern) => {
      const [, , of, , , ...rest] = pattern.split(":");
      return of === service && matchesWildcards(rest.join(":"), resource);
    });
  switch (from) {
    case "fromCfn":
      return exports.some((pattern) => matchesWildcards(pattern, name));
    case "fromSsm":
      return among("ssm", `parameter/${name.replace(/^\//, "")}`);
    case "fromSecret":
      // Secrets Manager adds a hyphen and six characters to a name.
      return among("secretsmanager", `secret:${name}-AbCdEf`);
    case "fromStack":
      return false;
  }
}

/** What of a list is known before anything is looked up. */
export function withoutReferences(values: readonly string[]): string[] {
  return values.filter((value) => referenceIn(value) === undefined);
}
