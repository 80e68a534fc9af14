import { AsyncLocalStorage } from "node:async_hooks";
import * as pulumi from "@pulumi/pulumi";
import type { ResourceArgs } from "./resource-args.js";

/** What is done with each resource of the team's own as it is declared. */
export interface Watch {
  tags: Readonly<Record<string, string>>;
  /** Throws for what may not be declared. */
  check?: (resource: ResourceArgs) => void;
  /** Nothing is made before it has come to a good end. */
  approved?: Promise<void>;
}

/** Tells the team's resources from Moorage's own, also those that are declared once an output is known. */
const watching = new AsyncLocalStorage<Watch>();

/** Runs the team's function: what it declares is checked, and carries the stack's tags. */
export async function watched<Value>(watch: Watch, work: () => Promise<Value>): Promise<Value> {
  pulumi.runtime.registerStackTransformation(transform);
  return watching.run(watch, work);
}

const transform: pulumi.ResourceTransformation = ({ type, name, props, opts }) => {
  const watch = watching.getStore();
  if (watch === undefined) return undefined;
  const given = props as Record<string, unknown>;
  watch.check?.({ type, name, props: given, isRead: opts.id !== undefined || opts.urn !== undefined });
  const { approved } = watch;
  return {
    props: withTags(type, given, watch.tags),
    opts:
      approved === undefined
        ? opts
        : { ...opts, dependsOn: approved.then(() => opts.dependsOn ?? []) as typeof opts.dependsOn },
  };
};

/** A generated class has an entry for each property that its type has, also for those that are not given. */
function withTags(
  type: string,
  props: Record<string, unknown>,
  tags: Readonly<Record<string, string>>,
): Record<string, unknown> {
  if (!type.startsWith("aws:") || !("tags" in props)) return props;
  if (type === scalingGroup) return { ...props, tags: known(props["tags"]).apply(withList(tags)) };
  const given = props["tags"];
  if (!pulumi.Output.isInstance(given) && !(given instanceof Promise)) {
    return { ...props, tags: { ...(given as object | undefined), ...tags } };
  }
  return { ...props, tags: known(given).apply((own) => ({ ...(own as object | undefined), ...tags })) };
}

/** The SDK's types of unwrapped values know no `unknown`. */
function known(value: unknown): pulumi.Output<object> {
  return pulumi.output(value as object) as unknown as pulumi.Output<object>;
}

/** The one type whose tags are a list. */
const scalingGroup = "aws:autoscaling/group:Group";

function withList(tags: Readonly<Record<string, string>>): (own: unknown) => object[] {
  const added = Object.entries(tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true }));
  return (own) => [
    ...((own as { key?: string }[] | undefined) ?? []).filter(({ key = "" }) => !(key in tags)),
    ...added,
  ];
}
