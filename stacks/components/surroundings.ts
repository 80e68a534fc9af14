import * as pulumi from "@pulumi/pulumi";
import { describeMistake, mistakesOf } from "../../src/core/project/mistakes.js";
import { type Config, type Foundation, foundationShape } from "../../src/core/project/schema.js";
import { type ListenerPlace, furtherPlaces, findListenerPlace } from "./listeners.js";
import { type NetworkPlace, networkPlaces } from "./network-places.js";
import { pullRequestOf } from "../../src/core/project/preview-names.js";
import { entrancesOf } from "../../src/core/project/choose-listener.js";
import { parseArn } from "../../src/core/project/arn.js";
import {
  type AppOnFoundation,
  foundationName,
  outputsOfApp,
} from "../../src/core/project/foundation-of-app.js";
import { problemText } from "../../src/core/project/problem.js";

/** What a stack's services stand on, as plain values. */
export interface ResolvedFoundation
  extends Omit<Foundation, "securityGroups" | "permissionsBoundary">, ListenerPlace {
  /** Of this stack's tasks. */
  permissionsBoundary: string | undefined;
  /** The further listeners that services name. */
  further: Record<string, ListenerPlace>;
  /** The network load balancers that services name. */
  networks: Record<string, NetworkPlace>;
  partition: string;
  region: string;
  account: string;
  /** Whether `MOORAGE_FOUNDATION` stands in for what the configuration names; its domain then wins over `host`. */
  replaced: boolean;
  /** Whether what stands in plays a listener that encrypts, though it speaks HTTP itself. */
  isStandIn: boolean;
}

/**
 * The foundation: `MOORAGE_FOUNDATION` (JSON), else the object in the configuration, else the outputs of the stack that
 * the configuration names; completed by asking AWS about its listener. `entrance`: which of its listeners is meant.
 */
export async function findSurroundings(
  config: Config,
  replacement: string | undefined,
  entrance: string | undefined = config.entrance,
): Promise<ResolvedFoundation> {
  const found = replacement === undefined ? await configured(config) : fromJson(replacement);
  const entrances = entrancesOf(found, pulumi.getStack());
  const foundation = entrances.find(({ listener }) => listener === entrance) ?? entrances[0];
  const place = await findListenerPlace(foundation.listener, foundation.securityGroups);
  const isStandIn = replacement !== undefined || config.hostsBelow !== undefined;
  const isPreview = pullRequestOf(pulumi.getStack()) !== undefined;
  const { partition, region, account } = parseArn(foundation.listener);
  return {
    ...foundation,
    ...place,
    further: isPreview ? {} : await furtherPlaces(config, foundation, isStandIn ? place : undefined),
    networks: isPreview ? {} : await networkPlaces(config, foundation, isStandIn),
    permissionsBoundary: boundaryOf(foundation, pulumi.getStack()),
    partition,
    region,
    account,
    replaced: replacement !== undefined,
    isStandIn,
  };
}

/** What the team's own host names are put below: the target says it, or the foundation that stands in for the configured one. */
export function hostsBelow(
  { hostsBelow: told }: Pick<Config, "hostsBelow">,
  { replaced, domain }: Pick<ResolvedFoundation, "replaced" | "domain">,
): string | undefined {
  return told ?? (replaced ? domain : undefined);
}

/** A preview makes no role that wants one. Throws where the foundation has one for other environments alone. */
function boundaryOf({ permissionsBoundary }: Foundation, stack: string): string | undefined {
  if (permissionsBoundary === undefined || typeof permissionsBoundary === "string")
    return permissionsBoundary;
  const own = permissionsBoundary[stack];
  if (own !== undefined || pullRequestOf(stack) !== undefined) return own;
  throw new pulumi.RunError(
    `The foundation has no boundary for the tasks' roles of ${stack}: name ${stack} in its moorage:environments, then run ` +
      "`moorage infra up`; or name one in permissionsBoundary of moorage:foundation.",
  );
}

async function configured(config: Config): Promise<Foundation> {
  const { foundation } = config;
  return typeof foundation === "string" ? await fromStack(foundation, config) : foundation;
}

/** `foundation-dev` is a stack of this project; `project/stack` and `org/project/stack` are taken as they are. */
export function fullStackName(name: string): string {
  const {
    organization = pulumi.getOrganization(),
    project = pulumi.getProject(),
    stack,
  } = foundationName(name);
  return [organization, project, stack].join("/");
}

async function fromStack(name: string, config: Pick<Config, "app" | "logGroupPrefix">): Promise<Foundation> {
  const full = fullStackName(name);
  const reference = new pulumi.StackReference("foundation", { name: full });
  const entries = await Promise.all(
    [...Object.keys(foundationShape.shape), "apps"].map(async (key): Promise<[string, unknown]> => {
      const { value } = await reference.getOutputDetails(key);
      return [key, value];
    }),
  );
  const { app, logGroupPrefix } = config;
  const asking = { app, logGroupPrefix, project: pulumi.getProject(), foundation: name };
  return check(knownParts(toldTo(asking, Object.fromEntries(entries))), `The outputs of the stack ${full}`);
}

function knownParts(outputs: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => key in foundationShape.shape));
}

/** The driver has asked already; the plain CLI asks here. */
function toldTo(asking: AppOnFoundation, outputs: Record<string, unknown>): Record<string, unknown> {
  try {
    return outputsOfApp(outputs, asking);
  } catch (error) {
    const problem = problemText(error);
    if (problem !== undefined) throw new pulumi.RunError(problem);
    throw error;
  }
}

function fromJson(text: string): Foundation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new pulumi.RunError(`MOORAGE_FOUNDATION is not JSON: ${String(error)}`);
  }
  return check(value, "MOORAGE_FOUNDATION");
}

function check(value: unknown, source: string): Foundation {
  const parsed = foundationShape.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const mistakes = mistakesOf(parsed.error.issues).map((mistake) =>
    describeMistake({ ...mistake, path: ["foundation", ...mistake.path] }),
  );
  throw new pulumi.RunError(`${source} are no foundation:\n  - ${mistakes.join("\n  - ")}`);
}
