/** The local target's AWS: services made of operations in the shapes of the AWS SDK, called by the provider and over HTTP alike. */

import type { ServiceName } from "./services/index.js";

/** One account in one region: what an ARN, a registry and a provider listener belong to. */
export interface Site {
  /** 12 digits. */
  account: string;
  region: string;
}

/** An operation takes and returns what the AWS SDK's command of that name does (dates as Date, blobs as Uint8Array). */
// Shapes differ by operation, so the table holds functions of `never`; `call` is where input meets operation.
export type Operation = (input: never, site: Site) => unknown;

export interface AwsService {
  /** Keyed by the operation's name: `CreateService`. */
  operations: Record<string, Operation>;
}

export type { ServiceName };

/** Something consulted before every call: throttling, latency and faults. It may throw an AwsError or wait. */
export type Gate = (call: {
  service: ServiceName;
  operation: string;
  input: unknown;
  site: Site;
}) => Promise<void> | void;

/** An error with the code and the words that AWS uses. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** HTTP status. */
    readonly status = 400,
  ) {
    super(message);
    this.name = code;
  }
}

/** All services of one local target behind one function. */
export class Cloud {
  constructor(
    readonly services: Partial<Record<ServiceName, AwsService>>,
    private readonly gate: Gate = () => undefined,
  ) {}

  /** Whether the operation exists: the HTTP layer answers an unknown one as AWS does. */
  knows(service: ServiceName, operation: string): boolean {
    return Object.hasOwn(this.services[service]?.operations ?? {}, operation);
  }

  async call<Output>(service: ServiceName, operation: string, input: unknown, site: Site): Promise<Output> {
    const run = this.services[service]?.operations[operation];
    if (run === undefined) throw new AwsError("UnknownOperationException", `Unknown operation ${operation}.`);
    await this.gate({ service, operation, input, site });
    return (await run(input as never, site)) as Output;
  }
}

/** `arn:aws:ecs:us-east-1:111111111111:cluster/dev`. */
export function arn(service: string, site: Site, resource: string): string {
  return `arn:aws:${service}:${site.region}:${site.account}:${resource}`;
}
