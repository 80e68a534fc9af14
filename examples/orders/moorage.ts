/**
 * What the app has besides its services: a queue, a bucket and a table, in each environment and each preview its own.
 *
 * With @pulumi/aws installed beside this file these are `new aws.sqs.Queue(...)` and so on; written out, the example needs nothing
 * installed.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Extension } from "moorage";

class Queue extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly url: pulumi.Output<string>;
  constructor(name: string) {
    const set = { visibilityTimeoutSeconds: 30, arn: undefined, url: undefined };
    super("aws:sqs/queue:Queue", name, set, provider);
  }
}

class Bucket extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  constructor(name: string, forceDestroy: boolean) {
    super("aws:s3/bucket:Bucket", name, { forceDestroy, arn: undefined }, provider);
  }
}

class Table extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
  constructor(name: string) {
    const keys = { hashKey: "id", attributes: [{ name: "id", type: "S" }] };
    const set = { ...keys, billingMode: "PAY_PER_REQUEST", name: undefined, arn: undefined };
    super("aws:dynamodb/table:Table", name, set, provider);
  }
}

const provider = { version: "7.48.0" };

const extension: Extension = (stack) => {
  const queue = new Queue(`${stack.prefix}-orders`);
  // Receipts of production outlive a mistake; all others go with their stack.
  const bucket = new Bucket(`${stack.prefix}-receipts`, stack.name !== "prod");
  const table = new Table(`${stack.prefix}-orders`);
  return {
    env: { ORDERS_QUEUE: queue.url, RECEIPTS_BUCKET: bucket.id, ORDERS_TABLE: table.name },
    statements: [
      { Action: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource: queue.arn },
      { Action: ["s3:GetObject", "s3:PutObject"], Resource: pulumi.interpolate`${bucket.arn}/*` },
      { Action: ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:Scan"], Resource: table.arn },
    ],
  };
};

export default extension;
