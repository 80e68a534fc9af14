import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { buildImage } from "../../packages/local-aws/src/images/build.js";
import { createImageStore } from "../../packages/local-aws/src/images/image-store.js";
import { eventually } from "../harness/eventually.js";
import { serveRegistry } from "../../packages/local-aws/test/registry/serve.js";

const examples = resolve(import.meta.dirname, "../../examples");
/** Each with the file that serves. */
const apps = [
  ["hello", "server.js"],
  ["storefront/web", "server.js"],
  ["storefront/api", "server.js"],
  ["orders/app", "serve.js"],
] as const;

function startScript(folder: string): string {
  const { scripts } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  return scripts.start;
}

/** Starts an app as its task would be, on a free port. */
async function start(
  folder: string,
): Promise<{ url: string; port: number; child: ChildProcess; ended: Promise<unknown> }> {
  const env = {
    PATH: process.env["PATH"],
    PORT: "0",
    HOST: "127.0.0.1",
    MOORAGE_IMAGE_TAG: "sha-<1>",
    MOORAGE_STACK: "pr-42",
  };
  const child = spawn("sh", ["-c", `exec ${startScript(folder)}`], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const port = Number(/:(\d+)$/.exec(line)?.[1]);
  return { url: `http://127.0.0.1:${port}`, port, child, ended };
}

async function refuses(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const refused = await once(socket, "connect").then(
    () => false,
    () => true,
  );
  socket.destroy();
  return refused;
}

describe.each(apps)("examples/%s", (app, serving) => {
  const folder = join(examples, app);

  it("answers its health checks and says its version", async () => {
    const { url } = await start(folder);
    expect((await fetch(`${url}/health`)).status).toBe(200);
    const healthz = await fetch(`${url}/healthz`);
    expect(healthz.headers.get("x-version")).toBe("sha-<1>");
    expect(await healthz.json()).toMatchObject({ status: "ok", version: "sha-<1>", stack: "pr-42" });
    expect((await fetch(`${url}/nothing`)).status).toBe(404);
  });

  it("keeps idle connections for longer than the load balancer does", () => {
    const [, keepAlive = "0"] =
      /keepAliveTimeout = ([\d_]+)/.exec(readFileSync(join(folder, serving), "utf8")) ?? [];
    expect(Number(keepAlive.replaceAll("_", ""))).toBeGreaterThan(60_000);
  });

  it("F23: on SIGTERM answers what is under way, and exits with 0", async () => {
    const { port, child, ended } = await start(folder);
    const socket = connect(port, "127.0.0.1").setEncoding("utf8");
    let answer = "";
    socket.on("data", (piece: string) => (answer += piece));
    // A request that the app has begun to read when the signal comes.
    socket.write("GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /health HTTP/1.1\r\nHost: ");
    await once(socket, "data");
    child.kill("SIGTERM");
    await eventually("the app takes no new connection", () => refuses(port));
    socket.write("x\r\n\r\n");
    await once(socket, "close");
    expect(answer.match(/200 OK/g)).toHaveLength(2);
    expect(answer.toLowerCase()).toContain("connection: close");
    expect(await ended).toEqual([0, null]);
  });

  it("becomes an image that runs on the host", async () => {
    const { host, root, registry } = await serveRegistry();
    const built = await buildImage({
      folder,
      repository: "app",
      tag: "v1",
      registry: host,
      prefer: "package",
    });
    const image = await createImageStore({ root: join(root, "images"), registry }).unpack(built.image);
    expect(image.needsContainer).toBe(false);
    expect(image.config.Cmd).toEqual(["sh", "-c", `exec ${startScript(folder)}`]);
  });

  it("has a Dockerfile that runs the same program as another user than root", () => {
    const dockerfile = readFileSync(join(folder, "Dockerfile"), "utf8");
    expect(dockerfile).toMatch(/^USER node$/m);
    expect(dockerfile).toContain(`CMD ${JSON.stringify(startScript(folder).split(" ")).replace(",", ", ")}`);
  });
});

describe("examples/hello", () => {
  it("shows its version, escaped, at /", async () => {
    const { url } = await start(join(examples, "hello"));
    expect(await (await fetch(url)).text()).toContain("sha-&#60;1&#62;");
  });
});

describe("examples/storefront", () => {
  it("serves the API under /api", async () => {
    const { url } = await start(join(examples, "storefront/api"));
    for (const path of ["/api", "/api/", "/api/healthz"]) {
      expect(await (await fetch(url + path)).json()).toMatchObject({
        service: "storefront-api",
        version: "sha-<1>",
      });
    }
    const products = (await (await fetch(`${url}/api/products`)).json()) as { products: object[] };
    expect(products.products.length).toBeGreaterThan(0);
  });

  it("configures each service with its own folder and repository", () => {
    const { config } = parse(readFileSync(join(examples, "storefront/Pulumi.dev.yaml"), "utf8")) as {
      config: Record<string, Record<string, { build: { context: string }; repository: string }>>;
    };
    const services = Object.entries(config["moorage:services"] ?? {});
    expect(services.map(([name, { build, repository }]) => [name, build.context, repository])).toEqual([
      ["web", "web", "storefront-web"],
      ["api", "api", "storefront-api"],
    ]);
  });
});
