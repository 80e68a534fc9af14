import { asPart, stackPart } from "../../../../src/core/project/aws-names.js";
import type { Scope } from "../../../../stacks/policies/scope.js";
import type { Step } from "./journey.js";
import { bucket, type Needed } from "./requests.js";

/** Whose something is. */
export interface Whose {
  app: string;
  stack: string;
  account: string;
}

/** What the role of a step is for, on the local target's own foundation. */
export function scopeOfStep({ role, stack, account }: Pick<Step, "role" | "stack" | "account">): Scope {
  const arn = (service: string, rest: string) => `arn:aws:${service}:us-east-1:${account}:${rest}`;
  const isPreview = stack.startsWith("pr-");
  return {
    partition: "aws",
    region: "us-east-1",
    account,
    project: "hello",
    app: "hello",
    stack: isPreview ? "pr-*" : role.startsWith("build") ? "" : stack,
    logs: "/ecs",
    cluster: arn("ecs", "cluster/moorage"),
    balancers: "moorage",
    networks: isPreview ? [] : [arn("elasticloadbalancing", "loadbalancer/net/moorage-network/0")],
    vpc: "vpc-1",
    boundary: boundaryOf(stack, account),
    repositories: isPreview
      ? [arn("ecr", "repository/hello"), arn("ecr", "repository/hello-previews")]
      : [arn("ecr", "repository/hello")],
    // Images of the environments before it, each in its account.
    sources:
      account === "111111111111"
        ? []
        : ["111111111111", "222222222222"].map((from) => `arn:aws:ecr:*:${from}:repository/hello`),
    previewRoles: ["execution", "task"].map((kind) => `arn:aws:iam::${account}:role/moorage-preview-${kind}`),
    previewScheduler: `arn:aws:iam::${account}:role/moorage-preview-scheduler`,
    cleansPreviews: stack === "dev",
    state: { bucket, key: arn("kms", "key/1"), reads: [`foundation-${isPreview ? "dev" : stack}`] },
  };
}

export function boundaryOf(stack: string, account: string): string {
  return `arn:aws:iam::${account}:policy/moorage/hello-tasks-${stack}-dev`;
}

/** How names are made of an app's and a stack's: `hello-web-dev`. */
export type Naming = (whose: Pick<Whose, "app" | "stack">) => { app: string; stack: string };

export const naming: Naming = ({ app, stack }) => ({ app: asPart(app), stack: stackPart(stack) });

/** The same request about what is somebody else's: names, tags, state keys, contexts and accounts are theirs. */
export function movedTo(other: Whose, own: Whose, request: Needed, names: Naming = naming): Needed {
  const [from, to] = [naming(own), names(other)];
  const moved = (text: string) =>
    text
      .replaceAll(own.account, other.account)
      .replace(
        new RegExp(`\\b${from.app}-((?:web|api|gc|load|slow|jobs|names)[a-z-]*)-${from.stack}\\b`, "g"),
        `${to.app}-$1-${to.stack}`,
      )
      // The role of an environment's schedules names no service.
      .replace(
        new RegExp(`\\b${from.app}-scheduler-${from.stack}\\b`, "g"),
        `${to.app}-scheduler-${to.stack}`,
      )
      .replaceAll(`/ecs/${own.stack}/`, `/ecs/${other.stack}/`)
      .replaceAll(`/${own.app}/${own.stack}`, `/${other.app}/${other.stack}`)
      .replaceAll(`:secret:${own.app}/${own.stack}/`, `:secret:${other.app}/${other.stack}/`)
      .replaceAll(`repository/${own.app}`, `repository/${other.app}`);
  const context = Object.fromEntries(
    Object.entries(request.context ?? {}).map(([key, value]) => {
      if (key.endsWith("/moorage:project")) return [key, value === own.app ? other.app : value];
      if (key.endsWith("/moorage:stack")) return [key, value === own.stack ? other.stack : value];
      return [key, moved(value)];
    }),
  );
  return { ...request, resource: moved(request.resource), ...(request.context && { context }) };
}
