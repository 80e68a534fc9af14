import { ecrRegistry } from "../../../core/project/ecr-registry.js";
import type { Answers } from "./answers.js";
import { accountOf } from "./existing.js";

/** One account's foundation, and the environments on it. */
export interface PlannedFoundation {
  /** `foundation-dev`. */
  stack: string;
  environments: string[];
  /** Hosts are below it. */
  domain: string;
  /** Undefined where the registry is none of AWS's. */
  account: string | undefined;
}

/**
 * Environments whose images live in one registry are in one account, and share a foundation: an account can have one
 * OIDC provider for GitHub, and a second load balancer would only cost. It goes by the name of its first environment.
 */
export function foundationsOf({ environments, domain }: Answers): PlannedFoundation[] {
  const registries = [...new Set(environments.map(({ registry }) => registry))];
  return registries.map((registry) => {
    const names = environments.filter((one) => one.registry === registry).map(({ name }) => name);
    const first = names[0] ?? "";
    return {
      stack: `foundation-${first}`,
      environments: names,
      domain: registries.length === 1 ? domain : `${first}.${domain}`,
      account: ecrRegistry(registry)?.account,
    };
  });
}

/** Whether what a foundation needs of a load balancer is there already, so that it needs no zone of its own. */
export function standsOnExisting(answers: Answers, { account }: PlannedFoundation): boolean {
  const { existing } = answers;
  if (existing?.listener === undefined) return false;
  const own = accountOf(existing);
  return own === undefined || account === undefined || own === account;
}

export function plannedFoundation(answers: Answers, environment: string): PlannedFoundation {
  const found = foundationsOf(answers).find(({ environments }) => environments.includes(environment));
  if (found === undefined) throw new Error(`${environment} is on no foundation`);
  return found;
}
