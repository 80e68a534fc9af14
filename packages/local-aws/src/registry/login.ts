import type { IncomingMessage, ServerResponse } from "node:http";
import type { Credentials } from "../home/credentials.js";
import { RegistryError } from "./errors.js";
import { answer } from "./http.js";

/**
 * Lets in who logs in as ECR's user `AWS` with the home's password, and who follows a link to a blob. Everybody else is
 * answered here, as ECR answers; returns whether the request may go on.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 */
export function isLetIn(
  request: IncomingMessage,
  response: ServerResponse,
  credentials: Credentials,
  now: number = Date.now(),
): boolean {
  const login = loginOf(request);
  if (login !== undefined) {
    const verdict = login.name === "AWS" ? credentials.checkRegistryPassword(login.password, now) : "wrong";
    if (verdict === "valid") return true;
    if (verdict === "expired") return refuse(response, expired);
  } else if (isBlobLink(request, credentials, now)) {
    return true;
  }
  const realm = `http://127.0.0.1:${request.socket.localPort}/`;
  response.setHeader("www-authenticate", `Basic realm="${realm}",service="ecr.amazonaws.com"`);
  return refuse(response, required);
}

const required = new RegistryError(
  "UNAUTHORIZED",
  "log in as AWS: `moorage local env` gives the credentials",
);
const expired = new RegistryError(
  "DENIED",
  "Your authorization token has expired. Reauthenticate and try again.",
);

function refuse(response: ServerResponse, error: RegistryError): false {
  answer(response, error.status, { "content-type": "application/json" }, error.body());
  return false;
}

function loginOf({ headers }: IncomingMessage): { name: string; password: string } | undefined {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const [name = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { name, password: password.join(":") };
}

function isBlobLink({ method, url = "/" }: IncomingMessage, credentials: Credentials, now: number): boolean {
  const [path = "/", query = ""] = url.split("?", 2);
  const isRead = (method === "GET" || method === "HEAD") && path.includes("/blobs/");
  return isRead && credentials.isBlobLink(path, new URLSearchParams(query), now);
}
