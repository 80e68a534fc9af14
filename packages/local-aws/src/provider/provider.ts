import { AwsError, type Cloud, type Site } from "../cloud.js";
import { scaled, type Pace } from "../ports.js";
import { otherType } from "../resources/other-types.js";
import type { Failure, ResourceType, Scope } from "../resources/resource.js";
import type { RecordedRows } from "../resources/rows.js";
import { diffInputs, projectInputs, type Change } from "./diff.js";
import { keepsItsName, withName, type Subject } from "./naming.js";
import { callWithRetry } from "./retry.js";
import { typeSchema } from "./schema.js";
import { UNKNOWN, type Properties } from "./values.js";

/** What answers a call: the local target's cloud, or what stands in for parts of it. */
export type CallingCloud = Pick<Cloud, "call">;

export interface ProviderDependencies {
  cloud: CallingCloud;
  rows: RecordedRows;
  pace: Pace;
  types: ReadonlyMap<string, ResourceType>;
  /** Resolves when all that was changed is on disk: what the engine was told must survive a kill. */
  saved: () => Promise<void>;
}

export interface Difference {
  changes: Map<string, Change>;
  deleteBeforeReplace: boolean;
}

/** Pulumi's resource life cycle over the local target's AWS, for one account and region. No wire format here. */
export class Provider {
  constructor(
    private readonly uses: ProviderDependencies,
    readonly site: Site,
  ) {}

  /** Refuses unknown types and properties, and fills in a name as the real provider does. */
  check(
    subject: Subject,
    olds: Properties,
    news: Properties,
    seed: Uint8Array,
  ): { inputs: Properties; failures: Failure[] } {
    const type = this.typeOf(subject);
    const inputs = withName(type, subject, olds, news, seed);
    const failures = [...undeclared(subject.type, inputs), ...(type.check?.(inputs) ?? [])];
    return { inputs, failures };
  }

  diff(subject: Subject, olds: Properties, news: Properties): Difference {
    const type = this.typeOf(subject);
    type.plan?.(olds, news);
    const replaces = new Set([...type.replaces, "region", ...(type.replacesWhen?.(olds, news) ?? [])]);
    const changes = diffInputs(olds, news, replaces, type.same?.bind(type));
    const replaced = [...changes.values()].some((change) => change.replace);
    return { changes, deleteBeforeReplace: replaced && keepsItsName(type, subject, olds, news) };
  }

  /** The outputs of a resource that would be created. */
  previewCreate(subject: Subject, inputs: Properties): Properties {
    const type = this.typeOf(subject);
    const later = [...(typeSchema(subject.type)?.computed ?? []), ...(type.computes ?? [])];
    return { ...unknown(later), ...inputs };
  }

  async create(subject: Subject, inputs: Properties): Promise<{ id: string; outputs: Properties }> {
    const type = this.typeOf(subject);
    const scope = this.scope(inputs);
    const { id, known = {} } = await type.create(inputs, scope);
    await this.uses.saved();
    return { id, outputs: await this.outputs(subject, id, inputs, { ...inputs, ...known }, scope) };
  }

  /** The live resource, or undefined when it is gone. Without inputs (an import), every input that AWS reports is taken over. */
  async read(
    subject: Subject,
    id: string,
    state: Properties,
    inputs: Properties,
  ): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined> {
    const type = this.typeOf(subject);
    const scope = this.scope(state);
    // Without a state it is an import, whose ids some types have a form of their own for.
    const own = Object.keys(state).length === 0 && type.locate ? type.locate(id, scope) : id;
    const live = own && (await type.read(own, scope, state));
    if (!own || !live) return undefined;
    const allowed = typeSchema(subject.type)?.inputs ?? new Set();
    const imported = Object.fromEntries(Object.entries(live).filter(([key]) => allowed.has(key)));
    const isImport = Object.keys(inputs).length === 0;
    return {
      id: type.idOf?.(live) ?? own,
      outputs: finished(subject, { ...state, ...live }, scope.site),
      inputs: isImport ? imported : projectInputs(inputs, keepEquivalent(type, inputs, live)),
    };
  }

  previewUpdate(subject: Subject, state: Properties, news: Properties): Properties {
    return { ...state, ...news, ...unknown(this.typeOf(subject).volatile ?? []) };
  }

  async update(
    subject: Subject,
    id: string,
    state: Properties,
    oldInputs: Properties,
    news: Properties,
  ): Promise<Properties> {
    const type = this.typeOf(subject);
    const scope = this.scope(news);
    await type.update(id, news, { ...state, ...oldInputs }, scope);
    await this.uses.saved();
    return this.outputs(subject, id, news, { ...state, ...news }, scope);
  }

  async delete(subject: Subject, id: string, state: Properties): Promise<void> {
    await this.typeOf(subject).delete(id, state, this.scope(state));
    await this.uses.saved();
  }

  /** What invokes and components work with. */
  scope(properties: Properties): Scope {
    const region = typeof properties["region"] === "string" ? properties["region"] : this.site.region;
    const site = { account: this.site.account, region };
    const { cloud, rows, pace } = this.uses;
    const wait = (seconds: number) =>
      new Promise<void>((resolve) => setTimeout(resolve, scaled(seconds, pace)));
    return {
      site,
      rows,
      wait,
      call: (service, operation, input) =>
        callWithRetry(() => cloud.call(service, operation, input, site), wait),
    };
  }

  private async outputs(
    subject: Subject,
    id: string,
    inputs: Properties,
    known: Properties,
    scope: Scope,
  ): Promise<Properties> {
    const type = this.typeOf(subject);
    const live = await type.read(id, scope, known);
    if (live === undefined) throw new AwsError("ResourceNotFoundException", `${id} vanished.`);
    return finished(subject, { ...inputs, ...keepEquivalent(type, inputs, live) }, scope.site);
  }

  private typeOf(subject: Subject): ResourceType {
    const type = this.uses.types.get(subject.type) ?? otherType(subject.type);
    if (type === undefined) {
      const message = `${subject.type} is not part of the local target (resource "${subject.name}").`;
      throw new AwsError("UnknownResourceType", message);
    }
    return type;
  }
}

function undeclared(token: string, inputs: Properties): Failure[] {
  const schema = typeSchema(token);
  if (schema === undefined) return [{ property: "", reason: `${token} is not part of the local target.` }];
  const unknownOnes = Object.keys(inputs).filter((key) => !schema.inputs.has(key));
  const missing = schema.required.filter((key) => inputs[key] === undefined);
  return [
    ...unknownOnes.map((property) => ({ property, reason: `${token} has no property "${property}".` })),
    ...missing.map((property) => ({ property, reason: `Missing required property '${property}'.` })),
  ];
}

function unknown(properties: readonly string[]): Properties {
  return Object.fromEntries(properties.map((property) => [property, UNKNOWN]));
}

/** Live values, but the program's own writing of those that mean the same (a JSON document). */
function keepEquivalent(type: ResourceType, inputs: Properties, live: Properties): Properties {
  const kept = Object.entries(live).map(([key, value]) =>
    inputs[key] !== undefined && type.same?.(key, inputs[key], value) ? [key, inputs[key]] : [key, value],
  );
  return Object.fromEntries(kept) as Properties;
}

/** The outputs that every type with the property has. */
function finished(subject: Subject, outputs: Properties, site: Site): Properties {
  const schema = typeSchema(subject.type);
  return {
    ...outputs,
    ...(schema?.inputs.has("region") ? { region: site.region } : {}),
    ...(schema?.computed.includes("tagsAll") ? { tagsAll: outputs["tags"] ?? {} } : {}),
  };
}
