import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import type { StackSpec } from "../../../../src/adapters/engine/engine.js";

/** Items by the name of their resource: their label, or `name/label` where the item's own name differs. */
export type Items = Record<string, string>;

/** A program that declares these items, independent of each other, and puts out their ids. */
export function itemsProgram(items: Items): PulumiFn {
  return async () => {
    const { CustomResource } = await import("@pulumi/pulumi");
    class Item extends CustomResource {}
    const ids = Object.entries(items).map(([resourceName, item]) => {
      const [label, name = resourceName] = item.split("/").reverse();
      const resource = new Item("shelf:index:Item", resourceName, { name, label });
      return [resourceName, resource.id] as const;
    });
    return Object.fromEntries(ids);
  };
}

/** The stack `pr-7`, its state in `folder`, its provider on `port`. */
export function specFor(folder: string, port: number): StackSpec {
  return {
    project: "shop",
    stack: "pr-7",
    backendUrl: `file://${folder}/state`,
    config: { "moorage:services": { web: { port: 8080 } } },
    env: { PULUMI_CONFIG_PASSPHRASE: "test", PULUMI_DEBUG_PROVIDERS: `shelf:${port}` },
  };
}
