import { validationError } from "./refusals.js";

/**
 * Refuses the names that AWS refuses for target groups and load balancers: at most 32 letters, digits and hyphens, no
 * hyphen at either end; a load balancer's does not begin with `internal-`.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html
 */
export function checkName(what: "Target group" | "Load balancer", name: string): string {
  if (name.length === 0) throw validationError(`${what} name cannot be empty`);
  if (name.length > 32) throw validationError(`${what} name '${name}' cannot be longer than '32' characters`);
  if (!/^[a-zA-Z0-9-]+$/.test(name)) {
    throw validationError(
      `${what} name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  }
  if (name.startsWith("-") || name.endsWith("-")) {
    throw validationError(`${what} name '${name}' cannot begin or end with '-'`);
  }
  if (what === "Load balancer" && name.startsWith("internal-")) {
    throw validationError(`${what} name '${name}' cannot begin with 'internal-'`);
  }
  return name;
}
