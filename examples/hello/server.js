import { createServer } from "node:http";

const {
  PORT = "8080",
  HOST = "0.0.0.0",
  MOORAGE_IMAGE_TAG: version = "unknown",
  MOORAGE_STACK: stack = "none",
} = process.env;

const escape = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const pages = {
  "/": () => [
    "text/html; charset=utf-8",
    `<!doctype html><title>hello ${escape(version)}</title>
<h1>hello</h1>
<p>version <code>${escape(version)}</code> on stack <code>${escape(stack)}</code></p>
`,
  ],
  "/health": () => ["text/plain; charset=utf-8", "ok\n"],
  "/healthz": () => ["application/json", JSON.stringify({ status: "ok", service: "hello", version, stack })],
};

let stopping = false;

const server = createServer((request, response) => {
  if (stopping) response.setHeader("connection", "close");
  const page = pages[request.url.split("?", 1)[0]];
  const [type, body] = page ? page() : ["text/plain; charset=utf-8", "not found\n"];
  response.writeHead(page ? 200 : 404, { "content-type": type, "x-version": version });
  response.end(request.method === "HEAD" ? undefined : body);
});

// Longer than the load balancer's idle timeout of 60 s: else it may send a request down a connection that is closing.
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`hello ${version} listens on ${HOST}:${server.address().port}\n`);
});

// ECS stops a task with SIGTERM: take no new connection, answer what is under way, and end.
function stop() {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
