import { createServer } from "node:http";

const {
  PORT = "8080",
  HOST = "0.0.0.0",
  MOORAGE_IMAGE_TAG: version = "unknown",
  MOORAGE_STACK: stack = "none",
} = process.env;

/** Serves JSON: `answer` gives a status and a body, or undefined for what is not there. */
export function serve(service, answer) {
  let stopping = false;
  const about = { status: "ok", service, version, stack };
  const server = createServer(async (request, response) => {
    if (stopping) response.setHeader("connection", "close");
    const [status, body] = await answered(request);
    response.writeHead(status, { "content-type": "application/json", "x-version": version });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
  });

  async function answered(request) {
    const path = request.url.split("?", 1)[0];
    if (path === "/health") return [200, { status: "ok" }];
    if (path === "/healthz") return [200, about];
    try {
      return (await answer(request.method, path)) ?? [404, { error: "not found" }];
    } catch (error) {
      process.stderr.write(`${error.stack}\n`);
      return [502, { error: error.message }];
    }
  }

  // Longer than the load balancer's idle timeout of 60 s: else it may send a request down a connection that is closing.
  server.keepAliveTimeout = 65_000;
  server.headersTimeout = 66_000;
  server.listen(Number(PORT), HOST, () => {
    process.stdout.write(`${service} ${version} listens on ${HOST}:${server.address().port}\n`);
  });

  // ECS stops a task with SIGTERM: take no new connection, answer what is under way, and end.
  function stop() {
    stopping = true;
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  }
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}
