import { XMLParser } from "fast-xml-parser";
import { AwsError, type Site } from "../cloud.js";
import { list, object, text } from "../resources/convert.js";
import { isObject } from "../provider/values.js";
import { notAws, sendSigned, type Asked } from "./send.js";

const parser = new XMLParser({
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: (name) => name === "member" || name === "entry",
});

/** An XML answer as plain values; undefined for what is no XML of an AWS service. */
export function fromXml(body: string): Record<string, unknown> | undefined {
  try {
    const { "?xml": _, ...document } = parser.parse(body) as Record<string, unknown>;
    const [root] = Object.values(document);
    return isObject(root) ? root : root === "" ? {} : undefined;
  } catch {
    return undefined;
  }
}

/** One call of SNS in AWS Query. Throws its own error as an AwsError. */
export async function callQuery(
  to: { endpoint: string; site: Site },
  operation: string,
  input: object,
): Promise<unknown> {
  const form = new URLSearchParams([
    ["Action", operation],
    ["Version", "2010-03-31"],
    ...Object.entries(input).flatMap(([name, value]) => flat(name, value)),
  ]);
  const asked: Asked = {
    ...to,
    service: "sns",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form.toString(),
  };
  const answered = await sendSigned(asked);
  const root = fromXml(answered.text);
  if (root === undefined) throw notAws(asked, answered);
  if (answered.status >= 300) {
    const { Code, Message } = object(root["Error"]);
    if (text(Code) === "") throw notAws(asked, answered);
    throw new AwsError(text(Code), text(Message), answered.status);
  }
  return unwrapped(root[`${operation}Result`] ?? {});
}

/** Source: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
function flat(name: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item, at) => flat(`${name}.member.${at + 1}`, item));
  if (!isObject(value)) return [[name, String(value)]];
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  // The attributes of topics and subscriptions are SNS's only maps.
  if (name !== "Attributes") return entries.flatMap(([key, inner]) => flat(`${name}.${key}`, inner));
  return entries.flatMap(([key, inner], at) => [
    [`${name}.entry.${at + 1}.key`, key],
    [`${name}.entry.${at + 1}.value`, text(inner)],
  ]);
}

/** Lists and maps as such, without the elements that wrap their items. */
function unwrapped(value: unknown): unknown {
  if (!isObject(value)) return value;
  if ("member" in value) return list(value["member"]).map(unwrapped);
  if ("entry" in value)
    return Object.fromEntries(
      list(value["entry"]).map((entry) => [text(object(entry)["key"]), text(object(entry)["value"])]),
    );
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}
