import * as pulumi from "@pulumi/pulumi";
import program from "../../../stacks/index.js";
import { asMoorageError } from "../../../src/core/errors.js";

/** What a resource is after its creation. */
export interface Made {
  id: string;
  /** Outputs besides the inputs. */
  outputs?: Record<string, unknown>;
}

/** What answers the engine's requests. */
export interface Provider {
  create(type: string, inputs: Record<string, unknown>): Promise<Made>;
  invoke(token: string, inputs: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Makes a component of another package of resources, each by `make`; its outputs. */
  component?(
    name: string,
    inputs: Record<string, unknown>,
    make: (type: string, name: string, inputs: Record<string, unknown>) => Promise<Made>,
  ): Promise<Record<string, unknown>>;
}

export interface Stack {
  project: string;
  stack: string;
  /** By full key. */
  config: Record<string, unknown>;
}

/** One declared resource, in the order of creation, and what came of it. */
export interface Created {
  type: string;
  name: string;
  /** Undefined when it was accepted. */
  refusal?: string;
}

/**
 * Runs a stack's program and has every resource created when those it depends on are there: what an update does, without
 * an engine. Resources of other packages than AWS (components) are none of the provider's.
 */
export async function create({ project, stack, config }: Stack, provider: Provider): Promise<Created[]> {
  const created: Created[] = [];
  const make = async (type: string, name: string, given: Record<string, unknown>): Promise<Made> => {
    const one: Created = { type, name };
    created.push(one);
    try {
      return await provider.create(type, given);
    } catch (error) {
      // The rest is tried too, so that one run shows every refusal.
      one.refusal = `${error instanceof Error ? error.name : ""}: ${asMoorageError(error).message}`;
      return { id: name };
    }
  };
  const mocks: pulumi.runtime.Mocks = {
    async newResource({ type, name, inputs }) {
      const given = inputs as Record<string, unknown>;
      if (type.startsWith("awsx:") && provider.component) {
        return { id: name, state: { ...given, ...(await provider.component(name, given, make)) } };
      }
      if (!type.startsWith("aws:")) return { id: name, state: given };
      const { id, outputs } = await make(type, name, given);
      return { id, state: { ...given, ...outputs } };
    },
    call: ({ token, inputs }) => provider.invoke(token, inputs as Record<string, unknown>),
  };
  await pulumi.runtime.setMocks(mocks, project, stack, false, "organization");
  const texts = Object.entries(config).map(([key, value]) => [key, asText(value)]);
  pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
  const outputs = pulumi.output(await program());
  await new Promise((resolve) => outputs.apply(resolve));
  await pulumi.runtime.disconnect();
  return created;
}

/** As the engine hands configuration over. */
function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
