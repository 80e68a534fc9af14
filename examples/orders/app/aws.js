/** The few calls to AWS that the app makes, signed by hand: so it needs nothing installed. A real one uses the AWS SDK. */
import { createHash, createHmac } from "node:crypto";

const { env } = process;
const region = env.AWS_REGION ?? "us-east-1";

/** Whether there is an AWS, or an emulator of it, that the app may call. */
export const hasAws = Boolean(env.AWS_ACCESS_KEY_ID ?? env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI);

const targets = { sqs: ["AmazonSQS", "1.0"], dynamodb: ["DynamoDB_20120810", "1.0"] };

/** An operation of SQS or DynamoDB. */
export async function call(service, operation, input) {
  const [target, version] = targets[service];
  const headers = {
    "content-type": `application/x-amz-json-${version}`,
    "x-amz-target": `${target}.${operation}`,
  };
  const response = await send(service, "POST", "/", JSON.stringify(input), headers);
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} ${operation}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** An object of a bucket; undefined where there is none. */
export async function getObject(bucket, key) {
  const response = await send("s3", "GET", `/${bucket}/${key}`, "", {});
  if (response.status === 404) return undefined;
  if (!response.ok) throw new Error(`s3 GetObject: ${response.status} ${await response.text()}`);
  return response.json();
}

export async function putObject(bucket, key, value) {
  const response = await send("s3", "PUT", `/${bucket}/${key}`, JSON.stringify(value), {});
  if (!response.ok) throw new Error(`s3 PutObject: ${response.status} ${await response.text()}`);
}

function endpointOf(service) {
  return env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ?? `https://${service}.${region}.amazonaws.com`;
}

async function send(service, method, path, body, headers) {
  const url = new URL(path, endpointOf(service));
  const { key, secret, token } = await credentials();
  const now = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const day = now.slice(0, 8);
  const all = {
    ...headers,
    host: url.host,
    "x-amz-content-sha256": sha256(body),
    "x-amz-date": now,
    ...(token && { "x-amz-security-token": token }),
  };
  const names = Object.keys(all).sort();
  const signed = names.join(";");
  const lines = names.map((name) => `${name}:${all[name]}\n`).join("");
  const request = [method, url.pathname, "", lines, signed, sha256(body)].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", now, scope, sha256(request)].join("\n");
  const by = [day, region, service, "aws4_request"].reduce(hmac, `AWS4${secret}`);
  const signature = hmac(by, text).toString("hex");
  const authorization = `AWS4-HMAC-SHA256 Credential=${key}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return fetch(url, {
    method,
    headers: { ...all, authorization },
    ...(body !== "" && { body }),
    signal: AbortSignal.timeout(30_000),
  });
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

/** The task role's, from ECS; or those in the environment. */
async function credentials() {
  if (env.AWS_ACCESS_KEY_ID) {
    return { key: env.AWS_ACCESS_KEY_ID, secret: env.AWS_SECRET_ACCESS_KEY, token: env.AWS_SESSION_TOKEN };
  }
  const place = `http://169.254.170.2${env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI}`;
  const given = await (await fetch(place, { signal: AbortSignal.timeout(5_000) })).json();
  return { key: given.AccessKeyId, secret: given.SecretAccessKey, token: given.Token };
}
