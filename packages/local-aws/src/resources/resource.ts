import type { ServiceName, Site } from "../cloud.js";
import type { Properties } from "../provider/values.js";
import type { RecordedRows } from "./rows.js";

/** What a resource type works with: the site's own AWS, and the rows of the types that are only recorded. */
export interface Scope {
  site: Site;
  /** Calls an operation as the AWS SDK would, throttling retried. */
  call<Output>(service: ServiceName, operation: string, input: unknown): Promise<Output>;
  rows: RecordedRows;
  /** AWS's seconds as our milliseconds. */
  wait(seconds: number): Promise<void>;
}

export interface Failure {
  property: string;
  reason: string;
}

export interface Created {
  id: string;
  /** What reading it needs besides the id. */
  known?: Properties;
}

/** How the provider treats one type. Values are plain, in Pulumi's names; AWS's refusals are AwsErrors. */
export interface ResourceType {
  /** `aws:lb/targetGroup:TargetGroup`, with its aliases. */
  tokens: readonly string[];
  /** Properties, or paths in them, whose change makes AWS's resource a new one. */
  replaces: readonly string[];
  /** The property that the provider fills with the logical name and a random suffix when the program leaves it out. */
  autoname?: string;
  /** What AWS wants at the end of such a name. */
  nameEnding?(inputs: Properties): string;
  /** Optional inputs that the provider sets itself when they are left out: unknown in a preview. */
  computes?: readonly string[];
  /** Outputs that change with every update. */
  volatile?: readonly string[];
  /** Its id, where an import may name it in another form. */
  idOf?(live: Properties): string;
  /** Its id, from the form that an import names it in, where that is another one. */
  locate?(imported: string, scope: Scope): string | undefined;
  /** What can be refused before anything is created. Values may be unknown. */
  check?(inputs: Properties): Failure[];
  /** Whether two values of a property mean the same to AWS. */
  same?(property: string, before: unknown, after: unknown): boolean;
  /** Raises what the provider itself refuses when it plans a change. */
  plan?(olds: Properties, news: Properties): void;
  /** Properties whose change replaces it in this case only. */
  replacesWhen?(olds: Properties, news: Properties): readonly string[];
  create(inputs: Properties, scope: Scope): Promise<Created>;
  /** Its properties as AWS has them now; undefined when it is gone. `known`: what the state says, when there is one. */
  read(id: string, scope: Scope, known: Properties): Promise<Properties | undefined>;
  update(id: string, news: Properties, olds: Properties, scope: Scope): Promise<void>;
  /** Removes it; one that is gone already is no error. */
  delete(id: string, state: Properties, scope: Scope): Promise<void>;
}
