/** What may be done in an account that somebody has named for it. */
export interface Sandbox {
  /** 12 digits; what the credentials have to belong to. */
  account: string;
  region: string;
  /** A domain that nothing else uses, with its hosted zone. */
  domain: string;
  zone: string;
  /** The most that a run may cost, in US dollars. */
  budget: number;
}

/** How long the journey may take before everything is swept, in minutes. */
export const boundMinutes = 120;

/**
 * US dollars an hour of what the journey has running at most, at the list prices of us-east-1 in November 2026: one NAT
 * gateway, one load balancer with one capacity unit, four tasks of 0.25 vCPU and 0.5 GB, their public addresses.
 * Source: the price pages of VPC, Elastic Load Balancing and Fargate.
 */
const hourly = 0.045 + 0.0225 + 0.008 + 4 * (0.25 * 0.04048 + 0.5 * 0.004445) + 3 * 0.005;
/** What is paid at once: a key and a hosted zone's queries, by the month. */
const fixed = 1.5;

/** The most that a run costs, in US dollars. */
export function estimate(minutes = boundMinutes): number {
  return fixed + (hourly * minutes) / 60;
}

/** Reads `--account`, ... as they were given. Throws, naming every mistake. */
export function readSandbox(given: Record<string, string | undefined>): Sandbox {
  const { account = "", region = "us-east-1", domain = "", zone = "", budget = "3" } = given;
  const mistakes = [
    /^[0-9]{12}$/.test(account) ? "" : "--account: the 12 digits of an account that is there to be tried in",
    /^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region) ? "" : "--region: a region such as us-east-1",
    /^([a-z0-9-]+\.)+[a-z]+$/.test(domain) ? "" : "--domain: a domain that nothing else uses",
    /^Z[A-Z0-9]+$/.test(zone) ? "" : "--zone: the id of the domain's hosted zone",
    Number(budget) > 0 ? "" : "--budget: US dollars",
  ].filter((mistake) => mistake !== "");
  if (mistakes.length > 0) throw new Error(`npm run test:aws -- wants\n  ${mistakes.join("\n  ")}`);
  return { account, region, domain, zone, budget: Number(budget) };
}

/** Why nothing may be made there; undefined when it may. `found`: resources that carry Moorage's tags already. */
export function objection(
  { account, budget }: Sandbox,
  caller: { account: string },
  found: readonly string[],
): string | undefined {
  if (caller.account !== account)
    return `The credentials are of account ${caller.account}, not of ${account}.`;
  const cost = estimate();
  if (cost > budget) {
    return `A run may cost $${cost.toFixed(2)}, more than the budget of $${budget.toFixed(2)} (--budget).`;
  }
  return found.length === 0
    ? undefined
    : `Somebody uses Moorage in this account, or a run before was not swept:\n  ${found.join("\n  ")}`;
}
