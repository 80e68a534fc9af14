import type { LookupFinding } from "../../engine/engine.js";
import type { AwsClients } from "../clients.js";
import { callerNow } from "../caller.js";
import { type Inputs, textOrEmpty } from "./finding.js";

interface Place {
  partition: string;
  region: string;
  account: string;
}

type IdOf = (name: string, place: Place) => string;

const same: IdOf = (name) => name;

const arnIn =
  (service: string, prefix = ""): IdOf =>
  (name, { partition, region, account }) =>
    `arn:${partition}:${service}:${region}:${account}:${prefix}${name}`;

/**
 * Of types that teams declare in moorage.ts: the id that a resource of a name has. Source: each type's page in the Pulumi registry,
 * "Import".
 */
const idsByName: Readonly<Record<string, IdOf>> = {
  "aws:sqs/queue:Queue": (name, { partition, region, account }) => {
    const suffix = partition === "aws-cn" ? "com.cn" : "com";
    return `https://sqs.${region}.amazonaws.${suffix}/${account}/${name}`;
  },
  "aws:sns/topic:Topic": arnIn("sns"),
  "aws:dynamodb/table:Table": same,
  "aws:kinesis/stream:Stream": same,
  "aws:ssm/parameter:Parameter": same,
  "aws:lambda/function:Function": same,
  "aws:cloudwatch/eventBus:EventBus": same,
  "aws:sfn/activity:Activity": arnIn("states", "activity:"),
};

/** Where the name tells the id, which the engine then reads; undefined where it does not. */
export async function findByName(
  clients: AwsClients,
  type: string,
  inputs: Inputs,
): Promise<LookupFinding | undefined> {
  const idOf = idsByName[type];
  const name = textOrEmpty(inputs["name"]);
  if (idOf === undefined || name === "") return undefined;
  const { account, arn } = await callerNow(clients);
  const own = await (await clients.sts()).config.region();
  const region = textOrEmpty(inputs["region"]) || own;
  return {
    is: "named",
    id: idOf(name, { partition: arn.split(":")[1] ?? "aws", region, account }),
  };
}
