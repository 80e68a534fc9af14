import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isSame, type Credentials } from "../home/credentials.js";
import { isLetIn } from "../registry/login.js";
import type { Registry } from "../registry/registry.js";
import { answerAws, type AwsApi } from "./aws.js";
import { answerControl, type Controls } from "./control.js";
import { foreignCaller } from "./foreign.js";
import { githubPath } from "../daemon/identity.js";
import { restProtocol } from "./rest.js";

/** What answers once the daemon has started all its parts; until then only the controls do. */
export interface Backends {
  aws: AwsApi;
  registry: Pick<Registry, "handle">;
  /** Answers what is asked of GitHub under `path`. */
  github?: (path: string, request: IncomingMessage, response: ServerResponse) => void;
}

const controlPath = "/_moorage/";

/**
 * The one HTTP port of a home: `/v2/...` is the registry, `/_moorage/...` the driver's own interface, `/_github/...`
 * what GitHub would tell, and a POST to `/`, or what is
 * signed for a REST service, an AWS API call. Nobody is answered who does not know the home's credentials, and no page
 * in a browser: see RULES.md, "Who may use it".
 */
export function createApiServer(
  controls: Controls,
  backends: () => Backends | undefined,
  credentials: Credentials,
): Server {
  const server = createServer((request, response) => {
    const foreign = foreignCaller(request.headers, request.socket.localPort ?? 0);
    if (foreign !== undefined) return refuse(response, 403, foreign);
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    if (path.startsWith(controlPath)) {
      void answerControl({ controls, credentials }, path.slice(controlPath.length), request, response);
      return;
    }
    const ready = backends();
    if (ready === undefined) return refuse(response, 503, "The local target is starting or stopping.");
    if (path === "/v2" || path.startsWith("/v2/")) {
      if (!isLetIn(request, response, credentials)) return;
      ready.aws.trace?.({ by: "registry", call: `${request.method ?? "GET"} ${request.url ?? ""}` });
      ready.registry.handle(request, response).catch((error: unknown) => {
        ready.aws.log(`registry: ${String(error)}`);
        response.destroy();
      });
    } else if (ready.github && path.startsWith(`${githubPath}/`)) {
      if (!hasToken(request, credentials)) return refuse(response, 401, "Bad credentials");
      ready.github(path.slice(githubPath.length), request, response);
    } else if ((request.method === "POST" && path === "/") || restProtocol(request)) {
      void answerAws(ready.aws, request, response);
    } else {
      refuse(response, 404, "The local target answers AWS API calls (POST /) and registry requests (/v2/).");
    }
  });
  // A client's idle connections are kept longer than it keeps them itself, so that none is closed under a request.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.requestTimeout = 0;
  return server;
}

/** GitHub takes both words: https://docs.github.com/en/rest/authentication/authenticating-to-the-rest-api */
function hasToken({ headers }: IncomingMessage, { githubToken }: Credentials): boolean {
  const [, token = ""] = /^(?:bearer|token) (.+)$/i.exec(headers.authorization ?? "") ?? [];
  return isSame(token, githubToken);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(
    JSON.stringify({ __type: status < 500 ? "AccessDeniedException" : "ServiceUnavailable", message: text }),
  );
}
