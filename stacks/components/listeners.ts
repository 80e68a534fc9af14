import { getListener } from "@pulumi/aws/lb/getListener.js";
import { getLoadBalancer } from "@pulumi/aws/lb/getLoadBalancer.js";
import * as pulumi from "@pulumi/pulumi";
import { listenerNames } from "../../src/core/project/listeners.js";
import type { Config, Foundation } from "../../src/core/project/schema.js";
import type { WebService } from "../../src/core/project/service-schema.js";

/** A listener with all that goes by it. */
export interface ListenerPlace {
  /** ARN. */
  listener: string;
  loadBalancerGroups: string[];
  /** How the listener is reached: `https` and 443. */
  scheme: "http" | "https";
  listenerPort: number;
}

/** Asks AWS about a listener. `groups`: its load balancer's security groups, where they are known. */
export async function findListenerPlace(arn: string, groups?: readonly string[]): Promise<ListenerPlace> {
  const { protocol, port, loadBalancerArn } = await getListener({ arn });
  return {
    listener: arn,
    loadBalancerGroups: groups === undefined ? await groupsOf(loadBalancerArn) : [...groups],
    scheme: protocol === "HTTPS" ? "https" : "http",
    listenerPort: port,
  };
}

async function groupsOf(loadBalancerArn: string): Promise<string[]> {
  const { securityGroups } = await getLoadBalancer({ arn: loadBalancerArn });
  return [...securityGroups].sort();
}

/** The further listeners that services name. What stands in for a foundation has one listener, which plays them all. */
export async function furtherPlaces(
  { services }: Pick<Config, "services">,
  { listeners }: Pick<Foundation, "listeners">,
  standIn: ListenerPlace | undefined,
): Promise<Record<string, ListenerPlace>> {
  const names = [...new Set(Object.values(services).flatMap(listenerNames))];
  const found = names.map(async (name): Promise<[string, ListenerPlace]> => {
    const arn = Object.hasOwn(listeners, name) ? listeners[name] : undefined;
    if (arn !== undefined) return [name, await findListenerPlace(arn)];
    if (standIn !== undefined) return [name, standIn];
    throw new pulumi.RunError(
      `The foundation has no listener ${name}, it has ${Object.keys(listeners).sort().join(", ") || "none besides the first"}: add it to moorage:listeners of the foundation and run \`moorage infra up\`.`,
    );
  });
  return Object.fromEntries(await Promise.all(found));
}

interface Placed extends ListenerPlace {
  further: Readonly<Record<string, ListenerPlace>>;
}

/** The stack's surroundings as they are at one of their listeners; the first where none is named. */
export function standingAt<Surroundings extends Placed>(
  surroundings: Surroundings,
  name: string | undefined,
): Surroundings {
  return name === undefined ? surroundings : { ...surroundings, ...surroundings.further[name] };
}

/** Whether a listener that leads to a service does not encrypt. */
export function isPlain(
  { listener, listeners = {} }: WebService,
  { scheme, further }: Pick<Placed, "scheme" | "further">,
): boolean {
  const names = [listener, ...Object.keys(listeners)];
  return names.some((name) => (name === undefined ? scheme : further[name]?.scheme) !== "https");
}
