import { Sha256 } from "@smithy/core/checksum";
import { HttpRequest } from "@smithy/core/protocols";
import { SignatureV4 } from "@smithy/signature-v4";

/** A request to `/` as a client of AWS's would sign it. */
export interface ToSign {
  endpoint: string;
  body: string;
  headers?: Record<string, string> | undefined;
  secretAccessKey?: string;
  signingDate?: Date;
  service?: string;
}

/** The headers that the request has to carry. */
export async function signedHeaders({
  endpoint,
  body,
  headers = {},
  secretAccessKey = "local",
  signingDate = new Date(),
  service = "ssm",
}: ToSign): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    credentials: { accessKeyId: "111111111111", secretAccessKey },
    region: "us-east-1",
    service,
    sha256: Sha256,
  });
  const { host } = new URL(endpoint);
  const request = new HttpRequest({ method: "POST", path: "/", headers: { host, ...headers }, body });
  return (await signer.sign(request, { signingDate })).headers;
}

/** Sends it with Node's own fetch, which sets the same Host by itself. */
export async function postSigned(request: ToSign): Promise<Response> {
  const { host: _host, ...headers } = await signedHeaders(request);
  return fetch(request.endpoint, { method: "POST", headers, body: request.body });
}
