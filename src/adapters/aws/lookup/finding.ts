import type { LookupFinding } from "../../engine/engine.js";
import type { AwsClients } from "../clients.js";

export type Inputs = Record<string, unknown>;
export type Tags = ReadonlyMap<string, string>;

/** Whose a stack's resources are, as their tags `moorage:project` and `moorage:stack` say. */
export interface StackOwner {
  project: string;
  stack: string;
}

/** A resource that is looked for. */
export interface Sought {
  clients: AwsClients;
  inputs: Inputs;
  owner: StackOwner;
  /** Ids of its type that the state holds already. */
  known: ReadonlySet<string>;
}

export type Finder = (sought: Sought) => Promise<LookupFinding>;

export const absent: LookupFinding = { is: "absent" };

/** `urn:pulumi:<stack>::<project>::<types>::<name>`. */
export function ownerOfUrn(urn: string): StackOwner {
  const [stack = "", project = ""] = urn.replace(/^urn:pulumi:/, "").split("::");
  return { project, stack };
}

export function isOwn(tags: Tags, { project, stack }: StackOwner): boolean {
  return tags.get("moorage:project") === project && tags.get("moorage:stack") === stack;
}

/** Whether the tags name another stack; those that name none leave it open. */
export function isOfAnother(tags: Tags, { project, stack }: StackOwner): boolean {
  const [itsProject, itsStack] = [tags.get("moorage:project"), tags.get("moorage:stack")];
  return (itsProject ?? project) !== project || (itsStack ?? stack) !== stack;
}

/** Ours where the tags say so; otherwise the name is somebody else's. `what`: `log group /ecs/pr-9/web`. */
export function judge(what: string, id: string, tags: Tags, owner: StackOwner): LookupFinding {
  return isOwn(tags, owner) ? { is: "ours", id } : { is: "others", what: `${what} ${whose(tags)}` };
}

export function whose(tags: Tags): string {
  const [project, stack] = [tags.get("moorage:project"), tags.get("moorage:stack")];
  if (project === undefined && stack === undefined) return "(without Moorage's tags)";
  return `(of stack ${stack ?? "?"}, project ${project ?? "?"})`;
}

/** A resource without tags of its own belongs to whoever its parent belongs to. */
export function withParent(parent: LookupFinding, id: string): LookupFinding {
  return parent.is === "ours" ? { is: "ours", id } : parent;
}

/** Interchangeable ones that the state does not know: the same is chosen whatever order AWS gives them in. */
export function chooseInterchangeable(ids: readonly string[], known: ReadonlySet<string>): LookupFinding {
  const [id] = ids.filter((one) => !known.has(one)).sort();
  return id === undefined ? absent : { is: "ours", id };
}

/** Any of the services' lists of tags. */
export function tagsOf(
  list:
    | readonly {
        Key?: string | undefined;
        Value?: string | undefined;
        key?: string | undefined;
        value?: string | undefined;
      }[]
    | undefined,
): Tags {
  return new Map((list ?? []).map((tag) => [tag.Key ?? tag.key ?? "", tag.Value ?? tag.value ?? ""]));
}

export function textOrEmpty(value: unknown): string {
  return typeof value === "string" ? value : "";
}
