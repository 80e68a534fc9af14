/**
 * What `moorage.ts` beside `Pulumi.yaml` is given, and what it returns:
 *
 *     import * as aws from "@pulumi/aws";
 *     import type { Extension } from "moorage";
 *
 *     const extension: Extension = (stack) => {
 *       const jobs = new aws.sqs.Queue(`${stack.prefix}-jobs`);
 *       return { env: { JOBS_URL: jobs.url }, statements: [{ Action: ["sqs:SendMessage"], Resource: [jobs.arn] }] };
 *     };
 *     export default extension;
 */
import type { Input } from "@pulumi/pulumi";

/** The stack that is planned or deployed. */
export interface Stack {
  /** `dev`, or `pr-42`. */
  name: string;
  kind: "environment" | "preview";
  /** Its own name; of a preview, that of the environment that it is a preview of. */
  environment: string;
  /** Of a preview. */
  pullRequest?: number;
  /** First part of every name on AWS (`moorage:app`). */
  app: string;
  /** First part of the names of what a stack has of its own: `shop-dev`, `shop-pr-42`. In a preview all names begin so. */
  prefix: string;
  region: string;
  /** 12 digits. */
  account: string;
  /** The tag of the images, where the stack's services share one. */
  imageTag?: string;
  /** Where the stack answers; empty where it has no public service. */
  host: string;
  foundation: Foundation;
  /** Given by Moorage to all that it declares. */
  tags: Readonly<Record<string, string>>;
}

/** What the stack stands on. */
export interface Foundation {
  vpcId: Input<string>;
  /** Where the tasks run. */
  subnetIds: Input<string[]>;
  clusterArn: Input<string>;
}

/** A statement of an IAM policy. */
export interface Statement {
  Action: string | string[];
  Resource: Input<string> | Input<string>[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;
}

/** What services get of the team's own resources. */
export interface Given {
  env?: Readonly<Record<string, Input<string>>>;
  /** ARNs in Secrets Manager, or of SSM parameters. */
  secrets?: Readonly<Record<string, Input<string>>>;
  /** For the tasks' role. */
  statements?: readonly Statement[];
}

/** What all services and jobs get, and what some get besides, by their names. What the settings say of the same variable wins. */
export interface Extended extends Given {
  services?: Readonly<Record<string, Given>>;
}

/** The default export of `moorage.ts`: declares Pulumi resources. */
export type Extension = (stack: Stack) => Extended | undefined | Promise<Extended | undefined>;
