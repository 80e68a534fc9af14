import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** What an issuer does otherwise than well. */
export interface IssuerChanges {
  token?: (form: URLSearchParams, request: IncomingMessage) => { status?: number; body?: object } | undefined;
  userInfo?: () => { status?: number; body?: object } | undefined;
}

export interface Issuer {
  /** On loopback. */
  url: string;
  /** Forms that the token endpoint got, with the credentials that came with them. */
  asked: { form: URLSearchParams; authorization: string | undefined }[];
}

export const code = "a-code";

/** A small issuer: it gives a token for the code, and tells who has it. */
export async function startIssuer(changes: IssuerChanges = {}): Promise<Issuer> {
  const asked: Issuer["asked"] = [];
  const server = createServer((request, response) => {
    const answer = ({ status = 200, body = {} }: { status?: number; body?: object }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (request.url === "/userinfo") {
      const isKnown = request.headers.authorization === "Bearer an-access-token";
      const whole = { body: { sub: "user-1", email: "ada@example.com" } };
      return answer(changes.userInfo?.() ?? (isKnown ? whole : { status: 401 }));
    }
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      asked.push({ form, authorization: request.headers.authorization });
      const tokens = { access_token: "an-access-token", id_token: "an-id-token", expires_in: 3600 };
      const isGood = form.get("code") === code || form.get("grant_type") === "refresh_token";
      answer(changes.token?.(form, request) ?? (isGood ? { body: tokens } : { status: 400 }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
