import { createServer } from "node:http";

const {
  PORT = "8080",
  HOST = "0.0.0.0",
  MOORAGE_IMAGE_TAG: version = "unknown",
  MOORAGE_STACK: stack = "none",
} = process.env;

const escape = (text) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const shop = `<!doctype html><title>storefront ${escape(version)}</title>
<h1>storefront</h1>
<p>web version <code>${escape(version)}</code> on stack <code>${escape(stack)}</code></p>
<p>api version <code id="api">...</code></p>
<ul id="products"></ul>
<script type="module">
  const { version, products } = await (await fetch("/api/products")).json();
  document.querySelector("#api").textContent = version;
  document.querySelector("#products").append(...products.map(({ name, price }) => {
    const item = document.createElement("li");
    item.textContent = name + ", " + price.toFixed(2);
    return item;
  }));
</script>
`;

const pages = {
  "/": ["text/html; charset=utf-8", shop],
  "/health": ["text/plain; charset=utf-8", "ok\n"],
  "/healthz": [
    "application/json",
    JSON.stringify({ status: "ok", service: "storefront-web", version, stack }),
  ],
};

let stopping = false;

const server = createServer((request, response) => {
  if (stopping) response.setHeader("connection", "close");
  const page = pages[request.url.split("?", 1)[0]];
  const [type, body] = page ?? ["text/plain; charset=utf-8", "not found\n"];
  response.writeHead(page ? 200 : 404, { "content-type": type, "x-version": version });
  response.end(request.method === "HEAD" ? undefined : body);
});

// Longer than the load balancer's idle timeout of 60 s: else it may send a request down a connection that is closing.
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;
server.listen(Number(PORT), HOST, () => {
  process.stdout.write(`storefront-web ${version} listens on ${HOST}:${server.address().port}\n`);
});

// ECS stops a task with SIGTERM: take no new connection, answer what is under way, and end.
function stop() {
  stopping = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
}
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
