import type { Basis } from "./basis.js";
import { accessPart } from "../../../src/core/project/access-names.js";
import { balancerNameOf } from "../../../src/core/project/existing-foundation.js";
import { fitName, shortHash } from "../../../src/core/project/aws-names.js";

/** Whose name it is: an app's, on one of its foundations (`dev` of `foundation-dev`). */
export interface FoundationOwner {
  app: string;
  foundation: string;
}

function plain({ app, foundation }: FoundationOwner, ...parts: string[]): string {
  return [...[app, ...parts].map(accessPart), foundation].join("-");
}

/** The load balancers' common security group. EC2 allows 255 characters. */
export function balancerGroupName(owner: FoundationOwner): string {
  return fitName(plain(owner, "load", "balancer"), 255, owner.foundation);
}

/** That of the load balancers that are the previews' alone. */
export function previewBalancerGroupName(owner: FoundationOwner): string {
  return fitName(plain(owner, "preview", "load", "balancer"), 255, owner.foundation);
}

/** The interface endpoints' security group. */
export function endpointGroupName(owner: FoundationOwner): string {
  return fitName(plain(owner, "endpoints"), 255, owner.foundation);
}

/** Elastic Load Balancing allows 32 characters, letters, digits and hyphens; `internal-` may not come first. */
export function balancerName(owner: FoundationOwner, index: number): string {
  return `lb${index + 1}-${balancerTail(owner)}`;
}

/** Of a further one, which services know by its name: the hash keeps foundations apart. */
export function furtherBalancerName(owner: FoundationOwner, name: string): string {
  const hash = shortHash(`${plain(owner)} ${name}`);
  return `lb-${name.slice(0, 32 - "lb--".length - hash.length).replace(/-$/, "")}-${hash}`;
}

export function furtherGroupName(owner: FoundationOwner, name: string): string {
  return fitName(plain(owner, name, "load", "balancer"), 255, owner.foundation);
}

/** All of a foundation's load balancers, as policies name them: `*` would cover `lb1-my--hello-dev` too. */
export function balancerNames(owner: FoundationOwner): string[] {
  return [`lb?-${balancerTail(owner)}`, `lb10-${balancerTail(owner)}`];
}

/** There is no room for a long foundation's name beside the hash of a name that is cut: it is cut too. */
function balancerTail(owner: FoundationOwner): string {
  const [name, room] = [plain(owner), 32 - "lb10-".length];
  if (name.length <= room) return name;
  const hash = shortHash(name);
  return `${owner.foundation.slice(0, room - hash.length - 1).replace(/-$/, "")}-${hash}`;
}

/** ECS allows 255 characters. */
export function foundationClusterName(owner: FoundationOwner): string {
  return fitName(plain(owner), 255, owner.foundation);
}

/** IAM allows 64 characters. `role`: `build`, `preview`, or `deploy` and an environment. */
export function accessRoleName(owner: FoundationOwner, ...role: string[]): string {
  return fitName(plain(owner, ...role), 64, owner.foundation);
}

/** Of an environment's tasks. IAM allows 128 characters. */
export function boundaryName(owner: FoundationOwner, environment: string): string {
  return fitName(plain(owner, "tasks", environment), 128, owner.foundation);
}

/** KMS allows 256 characters; `alias/aws/` is AWS's own. */
export function keyAlias(owner: FoundationOwner): string {
  return `alias/moorage/${fitName(plain(owner), 200, owner.foundation)}`;
}

/** The hosts of the first load balancer are below the domain; those of another are below a name of its own. */
export function balancerDomain(domain: string, index: number): string {
  return index === 0 ? domain : `lb${index + 1}.${domain}`;
}

/** What the load balancers are called whose rules a role may change. */
export function balancersOf(
  { ground, balancers, config }: Pick<Basis, "ground" | "balancers" | "config">,
  kind: string,
): string[] {
  // Previews stand at none of them.
  const further =
    kind === "preview" ? [] : Object.keys(config.listeners).map((name) => furtherBalancerName(ground, name));
  return [...firstBalancersOf({ ground, balancers }, kind), ...further];
}

function firstBalancersOf(
  { ground, balancers }: Pick<Basis, "ground" | "balancers">,
  kind: string,
): string[] {
  const { count, existing, previewsOwn } = balancers;
  const all = Array.from({ length: count }, (_, index) => {
    const listener = existing[index];
    return listener === undefined ? balancerName(ground, index) : balancerNameOf(listener);
  });
  if (previewsOwn) return kind === "preview" ? all.slice(1) : all.slice(0, 1);
  if (existing.length === 0) return balancerNames(ground);
  return count === existing.length ? all : [...all.slice(0, existing.length), ...balancerNames(ground)];
}

/** What images are pushed to. */
export function repositoryNames({ config }: Pick<Basis, "config">): string[] {
  return [...new Set(config.repositories.names ?? [config.app])];
}
