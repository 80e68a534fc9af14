import { AwsError, type Site } from "../cloud.js";
import { object, text } from "../resources/convert.js";
import { notAws, sendSigned, type Asked } from "./send.js";

/** Each service's target, and its version of AWS JSON. Source: https://github.com/aws/api-models-aws */
const targets = {
  dynamodb: ["DynamoDB_20120810", "1.0"],
  secretsmanager: ["secretsmanager", "1.1"],
  sqs: ["AmazonSQS", "1.0"],
  ssm: ["AmazonSSM", "1.1"],
} as const;

export type JsonService = keyof typeof targets;

/** One call in AWS JSON. Throws the service's own error as an AwsError. */
export async function callJson(
  service: JsonService,
  to: { endpoint: string; site: Site },
  operation: string,
  input: object,
): Promise<unknown> {
  const [target, version] = targets[service];
  const asked: Asked = {
    ...to,
    service,
    method: "POST",
    path: "/",
    headers: {
      "content-type": `application/x-amz-json-${version}`,
      "x-amz-target": `${target}.${operation}`,
    },
    body: JSON.stringify(input),
  };
  const answered = await sendSigned(asked);
  const said = parsed(answered.text);
  if (said === undefined) throw notAws(asked, answered);
  if (answered.status < 300) return said;
  const { __type, code, message, Message } = object(said);
  const name = text(__type ?? code);
  if (name === "") throw notAws(asked, answered);
  throw new AwsError(name.split("#").at(-1) ?? name, text(message ?? Message), answered.status);
}

/** An operation without output answers with nothing, or with `{}`. */
function parsed(body: string): unknown {
  if (body.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
