import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** An app's folder: a package.json with a start script, and a server made of `handler` (a body of `(request, response)`). */
export function writeApp(folder: string, handler: string, { before = "" } = {}): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "small-app", version: "1.0.0", scripts: { start: "node server.js" } }),
  );
  const server = [
    'const http = require("node:http");',
    before,
    `const server = http.createServer((request, response) => { ${handler} });`,
    "server.keepAliveTimeout = 65000;",
    'server.listen(process.env.PORT, process.env.HOST || "127.0.0.1");',
    'process.on("SIGTERM", () => server.close(() => process.exit(0)));',
  ];
  writeFileSync(join(folder, "server.js"), server.join("\n"));
  return folder;
}
