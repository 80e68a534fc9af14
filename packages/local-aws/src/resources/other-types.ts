import { randomBytes, randomUUID } from "node:crypto";
import type { Site } from "../cloud.js";
import { typeSchema, type TypeSchema } from "../provider/schema.js";
import { typeFacts, type TypeFacts } from "../provider/type-facts.js";
import type { Properties } from "../provider/values.js";
import { text } from "./convert.js";
import { type RecordedType, randomId, storedType } from "./recorded.js";
import type { ResourceType } from "./resource.js";

const made = new Map<string, ResourceType | undefined>();

/**
 * Any other type of the AWS package: its inputs are checked as the package declares them, and it exists by being written down.
 * Undefined when the package has no such type.
 */
export function otherType(token: string): ResourceType | undefined {
  if (!made.has(token)) made.set(token, declared(token));
  return made.get(token);
}

function declared(token: string): ResourceType | undefined {
  const facts = typeFacts(token);
  const schema = typeSchema(token);
  if (facts === undefined || schema === undefined) return undefined;
  const naming = namingProperty(schema);
  const type: RecordedType = {
    token,
    ...(naming !== undefined && { autoname: naming }),
    replaces: [...new Set([...facts.replaces, ...(naming === undefined ? [] : [naming])])],
    id: (inputs, site) => newId(token, facts, text(inputs[naming ?? ""]), inputs, site),
    outputs: (inputs, id, site) => documented(token, { schema, facts, naming }, { inputs, id, site }),
    ...(naming !== undefined && {
      unique: {
        by: [naming],
        code: "ResourceAlreadyExistsException",
        message: (inputs: Properties) => `${token} ${text(inputs[naming])} already exists`,
        status: 409,
      },
    }),
  };
  const stored = storedType(type);
  // What is secret is written down nowhere: a read leaves it as the program has it.
  const open = (inputs: Properties): Properties =>
    Object.fromEntries(Object.entries(inputs).filter(([name]) => !schema.secrets.includes(name)));
  return {
    ...stored,
    create: (inputs, scope) => stored.create(open(inputs), scope),
    update: (id, news, olds, scope) => stored.update(id, open(news), open(olds), scope),
    ...(naming !== undefined && { nameEnding: (inputs: Properties) => (isFifo(inputs) ? ".fifo" : "") }),
  };
}

/** The provider names whatever has an optional `name`. Source: pulumi-aws, provider/resources.go, `SetAutonaming`. */
function namingProperty({ inputs, required }: TypeSchema): string | undefined {
  return ["name", "bucket"].find((name) => inputs.has(name) && !required.includes(name));
}

function isFifo({ fifoQueue, fifoTopic }: Properties): boolean {
  return fifoQueue === true || fifoTopic === true;
}

/** Of the form that the documentation's example of an import shows. */
function newId(token: string, facts: TypeFacts, name: string, inputs: Properties, site: Site): string {
  const { imported = "" } = facts;
  const own = kebab(token);
  if (imported.startsWith("arn:")) {
    return arnOf(facts, name, inputs, site) ?? (name || randomId(own));
  }
  if (token === queue) return queueUrl(name, site);
  const prefix = /^([a-z]+(?:-[a-z]+)*)-[0-9a-f]{6,17}$/.exec(imported)?.[1];
  if (prefix !== undefined) return `${prefix}-${randomBytes(9).toString("hex").slice(0, 17)}`;
  if (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(imported)) return randomUUID();
  return name || randomId(own);
}

const queue = "aws:sqs/queue:Queue";

/** Source: SQS developer guide, "Queue name and URL". */
function queueUrl(name: string, { region, account }: Site): string {
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/** What AWS adds, as far as that is documented: all else stays unknown. */
function documented(
  token: string,
  { schema, facts, naming }: { schema: TypeSchema; facts: TypeFacts; naming: string | undefined },
  { inputs, id, site }: { inputs: Properties; id: string; site: Site },
): Properties {
  const arn = id.startsWith("arn:") ? id : arnOf(facts, text(inputs[naming ?? ""]) || id, inputs, site);
  const all: Properties = {
    arn,
    owner: site.account,
    ownerId: site.account,
    accountId: site.account,
    ...(token === queue && { url: id }),
  };
  const given = Object.entries(all).filter(
    ([name, value]) => value !== undefined && schema.computed.includes(name),
  );
  return Object.fromEntries(given);
}

/** Outputs of a type that the local target cannot tell. */
export function unknownOutputs(token: string, properties: Properties): string[] {
  const { computed = [] } = typeSchema(token) ?? {};
  return computed.filter((name) => name !== "tagsAll" && properties[name] === undefined);
}

/** Undefined where the pattern names more than the inputs tell. */
function arnOf({ arn }: TypeFacts, name: string, inputs: Properties, site: Site): string | undefined {
  if (arn === undefined) return undefined;
  const parts: Record<string, string> = { Partition: "aws", Region: site.region, Account: site.account };
  const open = new Set(
    [...arn.matchAll(/\$\{(\w+)\}/g)].flatMap(([, part = ""]) => (part in parts ? [] : [part])),
  );
  const [first] = open;
  const filled = arn.replace(/\$\{(\w+)\}/g, (whole, part: string) => {
    if (parts[part] !== undefined) return parts[part];
    if (open.size === 1 && part === first && name !== "") return name;
    return text(inputs[part.charAt(0).toLowerCase() + part.slice(1)]) || whole;
  });
  return filled.includes("${") ? undefined : filled;
}

/** `aws:rds/instance:Instance` as `instance`. */
function kebab(token: string): string {
  const name = token.split(":")[1]?.split("/")[1] ?? "resource";
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
