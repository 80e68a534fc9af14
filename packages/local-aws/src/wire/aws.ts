import { systemErrorText } from "../system-error.js";
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError, type Cloud, type Site } from "../cloud.js";
import type { Store } from "../store.js";
import type { Trace } from "./trace.js";
import { readBody } from "./body.js";
import { jsonProtocol } from "./json.js";
import type { Protocol, WireAnswer, WireCall } from "./protocol.js";
import { queryProtocol } from "./query.js";
import { restProtocol } from "./rest.js";
import type { Refusal, SignatureCheck } from "./signature.js";

export interface AwsApi {
  cloud: Cloud;
  store: Store;
  /** Whether a request may be answered at all. */
  check: SignatureCheck;
  /** For callers whose access key id is not an account. */
  defaultSite: Site;
  log: (line: string) => void;
  trace?: Trace | undefined;
}

/** Answers one AWS API call over HTTP, whichever of the services and protocols it is for. Never rejects. */
export async function answerAws(
  api: AwsApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = randomUUID();
  let protocol: Protocol | undefined;
  let call: WireCall | undefined;
  let answer: WireAnswer;
  try {
    const body = await readBody(request);
    protocol = protocolOf(request, body.toString("utf8"));
    const refused = await api.check(request, body);
    if (refused !== undefined) throw unauthenticated(refused, protocol);
    call = protocol.read();
    answer = await run(api, protocol, call, siteOf(request, api.defaultSite), requestId);
  } catch (error) {
    answer = (protocol ?? queryProtocol("")).failure(refusal(api, error, call), requestId, call);
  }
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-type": answer.contentType,
    "content-length": Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function run(
  api: AwsApi,
  protocol: Protocol,
  call: WireCall | undefined,
  site: Site,
  requestId: string,
): Promise<WireAnswer> {
  if (call === undefined || !api.cloud.knows(call.service, call.operation)) {
    throw unknownOperation(api, protocol, call);
  }
  const output = await traced(api, call, site);
  // An answered change must survive a kill.
  await api.store.flush();
  return protocol.result(call, output, requestId);
}

/** What is refused was asked too: IAM judges it before it is looked for. */
async function traced(api: AwsApi, { service, operation, input }: WireCall, site: Site): Promise<object> {
  const asked = {
    by: "api",
    call: `${service} ${operation}`,
    site,
    input: input as Record<string, unknown>,
  } as const;
  try {
    const output = await api.cloud.call<object>(service, operation, input, site);
    api.trace?.({ ...asked, output: { ...output } });
    return output;
  } catch (error) {
    api.trace?.(asked);
    throw error;
  }
}

/** The JSON services and the Query services answer an operation that they do not have in different words. */
function unknownOperation(api: AwsApi, { asked, unknown }: Protocol, call: WireCall | undefined): AwsError {
  const name = call === undefined ? asked : `${call.service} ${call.operation}`;
  api.log(`refused: ${name}`);
  return new AwsError(unknown, `The local target has no operation ${name}.`);
}

/** In the protocol's own words: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
function unauthenticated(refused: Refusal, { credentials }: Protocol): AwsError {
  const [code, status] = credentials[refused];
  return new AwsError(code, refusals[refused], status);
}

const hint = "`moorage local env` prints the local target's credentials.";

const refusals: Readonly<Record<Refusal, string>> = {
  missing: `Missing Authentication Token. ${hint}`,
  incomplete: `The request signature does not conform to AWS standards. ${hint}`,
  mismatch: `The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. ${hint}`,
  expired: "Signature expired: the request was signed too long ago, or by a clock that differs.",
};

function refusal(api: AwsApi, error: unknown, call: WireCall | undefined) {
  if (error instanceof AwsError) return { code: error.code, message: error.message, status: error.status };
  if (error instanceof SyntaxError)
    return { code: "SerializationException", message: error.message, status: 400 };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  api.log(`failed: ${call?.service ?? ""} ${call?.operation ?? ""}: ${trace}`);
  return {
    code: "InternalFailure",
    message: systemErrorText(error) ?? (error instanceof Error ? error.message : String(error)),
    status: 500,
  };
}

function protocolOf(request: IncomingMessage, body: string): Protocol {
  const rest = restProtocol(request);
  if (rest) return rest;
  const target = request.headers["x-amz-target"];
  return typeof target === "string" ? jsonProtocol(target, body) : queryProtocol(body);
}

/** `Credential=<access key id>/<date>/<region>/<service>/aws4_request`: the access key id names the account, as in no real AWS. */
export function siteOf(request: IncomingMessage, otherwise: Site): Site {
  const credential = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? "");
  const [, account = "", region = otherwise.region] = credential ?? [];
  return { account: /^\d{12}$/.test(account) ? account : otherwise.account, region };
}
