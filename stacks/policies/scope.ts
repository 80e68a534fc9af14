import { asPart, stackPart } from "../../src/core/project/aws-names.js";
import type { TaskAllowance } from "./boundary.js";

/**
 * Roles that Moorage's own runs take: `build` pushes what environments run, `build-previews` what pull requests bring; `plan` reads what `deploy` would change, `infra` applies a foundation; `person` is
 * whoever makes and changes a foundation with rights of their own.
 */
export type Access = "build" | "build-previews" | "preview" | "deploy" | "plan" | "infra" | "person";

/** What one of those roles is for, as plain values. */
export interface Scope {
  partition: string;
  region: string;
  account: string;
  /** Pulumi's project and `moorage:app`. */
  project: string;
  app: string;
  /** An environment's name; `pr-*` for previews; empty for who builds images. */
  stack: string;
  /** `moorage:logGroupPrefix`. */
  logs: string;
  /** ARNs. */
  cluster: string;
  vpc: string;
  /** What the load balancers are called that its stacks stand at: `lb2-hello-dev`; with `*` and `?` where all share them. */
  balancers: string | readonly string[];
  /** ARNs of network load balancers, where its services have listeners. */
  networks?: readonly string[] | undefined;
  /** The ARN of the policy that bounds what tasks may do; empty for who makes no role. */
  boundary: string;
  /** Secrets and parameters that tasks may read beside those below the environment's prefix. */
  tasks?: Pick<TaskAllowance, "secrets" | "parameters"> | undefined;
  /** Of previews: the exports that their settings may refer to. */
  exports?: readonly string[] | undefined;
  /** ARNs of the repositories that the role's images are in, and of those that they are copied from. */
  repositories: readonly string[];
  sources: readonly string[];
  /** ARNs of the roles that previews' tasks run with. */
  previewRoles?: readonly string[] | undefined;
  /** ARN of the role with which EventBridge Scheduler starts them. */
  previewScheduler?: string | undefined;
  /** Whether it removes what previews may not remove themselves: the role of their base environment does. */
  cleansPreviews?: boolean | undefined;
  /** Environments for which another repository's builds write down the version that is to be deployed. */
  requests?: readonly string[] | undefined;
  /** Of previews: environments whose images they may take (`moorage:preview.build`), so that it reads their records. */
  records?: readonly string[] | undefined;
  state: StateScope | undefined;
}

export interface StateScope {
  bucket: string;
  /** ARN of its key, or `alias/...`. */
  key: string | undefined;
  /** Stacks whose outputs or state the role reads without changing them; another project's as `project/stack`. */
  reads: readonly string[];
}

/**
 * Services, task definitions, alarms, roles: `hello-*-dev`. What a name means is told in `components/names.ts`, and why this
 * matches no name of another app or stack: parts hold no hyphens, and a name that is too long is cut in its service.
 */
export function namesOf({ app, stack }: Pick<Scope, "app" | "stack">): string {
  return `${asPart(app)}-*-${stackPart(stack)}`;
}

/**
 * The two roles of a service's or a job's tasks, by their names and by the form that a long name is cut to; eight characters or
 * more are the role that executes tasks too, and the one of the environment's schedules.
 */
export function taskRolesOf({ app, stack }: Pick<Scope, "app" | "stack">): string[] {
  return ["task", "????????"].map((part) => `${asPart(app)}-*${part}-${stackPart(stack)}`);
}

/** Of something in a partition's region and account. */
export function scopedArn(
  { partition, region, account }: Pick<Scope, "partition" | "region" | "account">,
  service: string,
  resource: string,
): string {
  return `arn:${partition}:${service}:${region}:${account}:${resource}`;
}
