import { createServer } from "node:http";

const {
  PORT = "8080",
  HOST = "0.0.0.0",
  MOORAGE_IMAGE_TAG: version = "unknown",
  MOORAGE_STACK: stack = "none",
} = process.env;

const products = [
  { name: "rope", price: 12.5 },
  { name: "cleat", price: 7.9 },
];

const about = { status: "ok", service: "storefront-api", version, stack };

// The load balancer passes paths on as they are, so the API answers under /api; the checks come straight to its port.
const answers = {
  "/api": about,
  "/api/": about,
  "/api/products": { version, products },
  "/api/health": { status: "ok" },
  "/api/healthz": about,
  "/health": { status: "ok" },
  "/healthz": about,
};

let stopping = false;

const server = createServer((request, response) => {
  if (stopping) response.setHeader("connection", "close");
  const answer = answers[request.url.split("?", 1)[0]];
  response.writeHead(answer ? 200 : 404, { "content-type": "application/json", "x-version": version });
  response.end(request.method === "HEAD" ? undefined : JSON.stringify(answer ?? { error: "not found" }));
});

// Longer than the load balancer's idle timeout of 60 s: else it may send a request down a connection that is closing.
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`storefront-api ${version} listens on ${HOST}:${server.address().port}\n`);
});

// ECS stops a task with SIGTERM: take no new connection, answer what is under way, and end.
function stop() {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
