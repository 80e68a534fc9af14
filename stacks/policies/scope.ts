/** Roles that Moorage's own runs take; `person` is whoever makes and changes a foundation, with rights of their own. */
export type Access = "build" | "preview" | "deploy" | "person";

/** What one of those roles is for, as plain values. */
export interface Scope {
  partition: string;
  region: string;
  account: string;
  /** Pulumi's project and `moorage:app`. */
  project: string;
  app: string;
  /** An environment's name; `pr-*` for previews. */
  stack: string;
  /** `moorage:logGroupPrefix`. */
  logs: string;
  /** ARNs. */
  cluster: string;
  vpc: string;
  /** What the foundation's load balancers are called: `lb*-hello-dev`. */
  balancers: string;
  /** The ARN of the policy that bounds what tasks may do. */
  boundary: string;
  /** ARNs of the repositories that the role's images are in, and of those that they are copied from. */
  repositories: readonly string[];
  sources: readonly string[];
  state: StateScope | undefined;
}

export interface StateScope {
  bucket: string;
  /** ARN of its key, or `alias/...`. */
  key: string | undefined;
  /** Stacks whose outputs or state the role reads without changing them. */
  reads: readonly string[];
}

/** Services, task definitions, alarms: `hello-*-dev`. What a name means is told in `components/names.ts`. */
export function namesOf({ app, stack }: Pick<Scope, "app" | "stack">): string {
  return `${appPrefix(app)}*-${stack}`;
}

/** IAM's names are cut at 64 characters, with a hash of 8 before the stack; a long app's prefix is cut with them. */
export function rolesOf({ app, stack }: Pick<Scope, "app" | "stack">): string {
  return `${rolePrefix(app, stack)}*-${stack}`;
}

/** The two roles of a service's tasks: by their names, and by the form that a long name is cut to. */
export function taskRolesOf({ app, stack }: Pick<Scope, "app" | "stack">): string[] {
  const prefix = rolePrefix(app, stack);
  return ["execution", "task", "????????"].map((part) => `${prefix}*-${part}-${stack}`);
}

function appPrefix(app: string): string {
  return `${app.replaceAll("-", "--")}-`;
}

function rolePrefix(app: string, stack: string): string {
  const longest = stack === "pr-*" ? "pr-9999999".length : stack.length;
  const room = 64 - "-12345678-".length - longest;
  const prefix = appPrefix(app);
  return prefix.length <= room ? prefix : prefix.slice(0, room).replace(/-+$/, "");
}
