import { installedFacts } from "./installed-facts.js";

/** What is documented of an AWS type that the local target only records. */
export interface TypeFacts {
  /** Inputs that are documented to force a new resource. */
  replaces: readonly string[];
  /** The id in the documentation's example of an import: it shows of which form ids are. */
  imported?: string;
  /** `arn:${Partition}:sqs:${Region}:${Account}:${QueueName}`. Source: Service Authorization Reference. */
  arn?: string;
}

const known = new Map<string, TypeFacts | undefined>();

/** Of a type token; undefined when it is no type of the AWS package. */
export function typeFacts(token: string): TypeFacts | undefined {
  if (!known.has(token)) known.set(token, installedFacts(token));
  return known.get(token);
}
