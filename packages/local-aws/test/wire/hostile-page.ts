import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, request, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { listenOn } from "../../src/listen.js";

/** A request of the page's that was sent to this machine, and how it was answered. */
export interface Reached {
  method: string;
  url: string;
  status: number;
}

/** Ports on this machine that the page goes for. */
export interface Prey {
  api: number;
  provider: number;
}

const name = "evil.example";

/**
 * Opens a page of `http://evil.example:<api port>` in a real browser. Its name leads to its owner's server until it is
 * loaded, and to this machine from then on (DNS rebinding): the browser's proxy plays both. Resolves when the page has
 * tried everything, with what reached a port of this machine.
 */
export async function openHostilePage(prey: Prey): Promise<Reached[]> {
  const reached: Reached[] = [];
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));
  const proxy = createServer((asked, answer) => {
    const url = new URL(asked.url ?? "", `http://${asked.headers.host}`);
    const isOwn = url.hostname === name && url.port === String(prey.api);
    if (isOwn && url.pathname === "/page") return void answer.end(page(prey), "utf8");
    if (isOwn && url.pathname === "/done") {
      answer.end();
      return finish();
    }
    // What a browser asks of its maker ends here.
    const isPrey = [prey.api, prey.provider].map(String).includes(url.port);
    if (!isPrey) return void answer.writeHead(502).end();
    forward(url, asked, answer, (status) => {
      reached.push({ method: asked.method ?? "", url: url.href, status });
    });
  });
  const port = await listenOn(proxy, 0);
  onTestFinished(() => void proxy.closeAllConnections());
  onTestFinished(() => void proxy.close());
  const browser = openBrowser(port, `http://${name}:${prey.api}/page`);
  const [code] = await Promise.race([finished.then(() => []), once(browser, "exit") as Promise<unknown[]>]);
  if (code !== undefined) throw new Error(`the browser ended with ${String(code)} before the page was done`);
  return reached;
}

/** Sends it on as the browser made it, `Host` and `Origin` and all. */
function forward(
  url: URL,
  asked: IncomingMessage,
  answer: ServerResponse,
  onStatus: (status: number) => void,
): void {
  const { method, headers } = asked;
  const path = url.pathname + url.search;
  const sent = request({ host: "127.0.0.1", port: url.port, method, path, headers, agent: false }, (got) => {
    onStatus(got.statusCode ?? 0);
    answer.writeHead(got.statusCode ?? 0, got.headers);
    got.pipe(answer);
  });
  sent.on("error", () => {
    onStatus(502);
    answer.destroy();
  });
  asked.pipe(sent);
}

function openBrowser(proxyPort: number, url: string): ChildProcess {
  const profile = mkdtempSync(join(tmpdir(), "moorage-browser-"));
  const options = [
    ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
    // What a browser does against such pages by itself is not what is tested here.
    "--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests,HttpsUpgrades",
    "--disable-background-networking",
    `--user-data-dir=${profile}`,
    `--proxy-server=http://127.0.0.1:${proxyPort}`,
    "--proxy-bypass-list=<-loopback>",
  ];
  const browser = spawn("chromium", [...options, url], { detached: true, stdio: "ignore" });
  onTestFinished(async () => {
    const ended = browser.exitCode === null ? once(browser, "exit") : undefined;
    if (browser.pid !== undefined && ended) process.kill(-browser.pid, "SIGKILL");
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20 });
  });
  return browser;
}

/** Tries from its own origin, which leads to this machine now, and across origins, with and without asking first. */
function page({ api, provider }: Prey): string {
  return `<!doctype html><iframe name="frame"></iframe><script>
    const direct = "http://127.0.0.1:${api}";
    const ecs = (operation) => ({
      "x-amz-target": "AmazonEC2ContainerServiceV20141113." + operation,
      "content-type": "application/x-amz-json-1.1",
    });
    const json = { "content-type": "application/json" };
    const post = { method: "POST", body: "{}" };
    const image = (url) => new Promise((done) => { const one = new Image(); one.onload = one.onerror = done; one.src = url; });
    const form = (url) => new Promise((done) => {
      const one = document.createElement("form");
      Object.assign(one, { action: url, method: "POST", enctype: "text/plain", target: "frame" });
      document.body.append(one);
      document.querySelector("iframe").onload = done;
      one.submit();
    });
    const tries = [
      () => fetch("/_moorage/stop"),
      () => fetch("/_moorage/stop", { ...post, headers: json }),
      () => fetch("/_moorage/fault", { ...post, headers: json, body: '{"kind":"kill-daemon"}' }),
      () => fetch("/", { ...post, headers: ecs("CreateCluster"), body: '{"clusterName":"evil"}' }),
      () => fetch("/?a", { ...post, body: "Action=DescribeVpcs&Version=2016-11-15" }),
      () => fetch("/v2/evil/blobs/uploads/", post),
      () => fetch("/v2/evil/manifests/v1", { method: "PUT", body: "{}" }),
      () => fetch("/_github/repos/acme/shop"),
      () => fetch(direct + "/_moorage/stop", { mode: "no-cors" }),
      () => fetch(direct + "/_moorage/stop", { ...post, mode: "no-cors" }),
      () => fetch(direct + "/", { ...post, mode: "no-cors", body: "Action=DescribeVpcs&Version=2016-11-15" }),
      () => fetch(direct + "/", { ...post, headers: ecs("CreateCluster"), body: '{"clusterName":"evil"}' }),
      () => fetch(direct + "/v2/evil/blobs/uploads/", { ...post, mode: "no-cors" }),
      () => fetch("http://127.0.0.1:${provider}/pulumirpc.ResourceProvider/Create", { ...post, mode: "no-cors" }),
      () => image(direct + "/_moorage/stop?image"),
      () => form(direct + "/_moorage/stop?form"),
    ];
    (async () => {
      for (const one of tries) await Promise.race([one().catch(() => 0), new Promise((late) => setTimeout(late, 5000))]);
      await fetch("/done", { method: "POST" });
    })();
  </script>`;
}
