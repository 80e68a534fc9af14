import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Home } from "../../src/home/home.js";
import { startDaemon, type Daemon } from "../../src/daemon/daemon.js";
import { control, findDaemon } from "../../src/daemon/identity.js";
import { signedHeaders, type ToSign } from "../../../../test/harness/signed.js";
import { ask, type Asked } from "./strangers.js";

const site = { account: "111111111111", region: "us-east-1" };
const ssm = { "x-amz-target": "AmazonSSM.GetParameters", "content-type": "application/x-amz-json-1.1" };
const names = '{"Names":["/x"]}';

const folder = mkdtempSync(join(tmpdir(), "moorage-strangers-"));
let home: Home;
let daemon: Daemon;
let port: number;
let endpoint: string;

beforeAll(async () => {
  home = Home.open(join(folder, "home"), site);
  const started = await startDaemon(home, { speed: 100, log: () => undefined });
  if (started === undefined) throw new Error("another daemon has the home");
  daemon = started;
  port = daemon.port;
  endpoint = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  await daemon.close();
  rmSync(folder, { recursive: true, force: true });
});

const send = (asked: Omit<Asked, "port">) => ask({ port, ...asked });

/** A call that is signed as it must be, by default. */
async function call(change: Partial<ToSign> = {}, sent: Partial<Asked> = {}) {
  const { secretAccessKey } = home.credentials;
  const headers = await signedHeaders({ endpoint, body: names, headers: ssm, secretAccessKey, ...change });
  return send({ method: "POST", headers: { ...headers, ...sent.headers }, body: sent.body ?? names });
}

/** One request to each part of the port, with all the credentials that there are. */
async function everywhere(headers: Record<string, string>): Promise<number[]> {
  const { credentials } = home;
  const registryAuthorization = credentials.registryAuthorization();
  const host = `127.0.0.1:${port}`;
  const signed = await signedHeaders({
    endpoint: `http://${headers["host"] ?? host}`,
    body: names,
    headers: ssm,
    secretAccessKey: credentials.secretAccessKey,
  });
  const answers = await Promise.all([
    send({ method: "POST", headers: { ...signed, ...headers }, body: names }),
    send({ path: "/v2/", headers: { host, authorization: registryAuthorization, ...headers } }),
    send({
      path: "/_github/repos/a/b",
      headers: { host, authorization: `Bearer ${credentials.githubToken}`, ...headers },
    }),
    send({ method: "POST", path: "/_moorage/stop", headers: { host, ...headers } }),
  ]);
  return answers.map(({ status }) => status);
}

describe("F53, correctness 3: a page in a browser", () => {
  it("correctness 3: with credentials and its own Host, everything is answered but a stop without proof", async () => {
    expect(await everywhere({})).toEqual([200, 200, 200, 415]);
  });

  it.each(["evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:PORT"])(
    "F53, correctness 3: the Host %s is refused everywhere (DNS rebinding)",
    async (host) => {
      const refused = await everywhere({ host: host.replace("PORT", String(port)) });
      expect(refused).toEqual([403, 403, 403, 403]);
    },
  );

  it.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])(
    "the Host %s is the target's own",
    async (name) => {
      expect((await everywhere({ host: `${name}:${port}` }))[1]).toBe(200);
    },
  );

  it.each([
    "http://evil.example",
    "http://evil.example:PORT",
    "null",
    "https://127.0.0.1:PORT",
    "http://127.0.0.1",
  ])("F53, correctness 3: the Origin %s is refused everywhere", async (origin) => {
    const refused = await everywhere({ origin: origin.replace("PORT", String(port)) });
    expect(refused).toEqual([403, 403, 403, 403]);
  });

  it.each(["cross-site", "same-site"])("F53: an <img> of a page elsewhere (%s) is refused", async (value) => {
    expect(await everywhere({ "sec-fetch-site": value })).toEqual([403, 403, 403, 403]);
  });

  it("correctness 3: GET /_moorage/stop does nothing, and no other control takes GET", async () => {
    for (const name of ["stop", "identity", "status", "clear-faults"]) {
      expect((await send({ path: `/_moorage/${name}` })).status).toBe(405);
    }
    expect(await findDaemon(home, port)).toMatchObject({ pid: process.pid, ready: true });
  });
});

describe("F53, correctness 3: another user of the machine", () => {
  const json = { "content-type": "application/json" };

  it.each([17, -17])(
    "F48: who can read the token is served though its clock is %i minutes off",
    async (minutes) => {
      const { now } = Date;
      // The daemon, which answers later in this process, has the true time again by then.
      const off = () => {
        Date.now = now;
        return now() + minutes * 60_000;
      };
      Date.now = off;
      try {
        expect(await findDaemon(home)).toMatchObject({ home: home.folder });
        Date.now = off;
        expect(await control(home, "identity", {})).toMatchObject({ ready: true });
      } finally {
        Date.now = now;
      }
    },
  );

  it("a daemon's time is taken of the daemon alone", async () => {
    const server = createServer((_request, response) => {
      response.writeHead(401, { "x-moorage-time": "1", "x-moorage-proof": "A".repeat(43) }).end("{}");
    });
    let asked = 0;
    server.on("request", () => (asked += 1));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port: other } = server.address() as AddressInfo;
    expect(await findDaemon(home, other)).toBeUndefined();
    expect(asked).toBe(1);
    server.close();
    server.closeAllConnections();
  });

  it("controls take a proof of the home's token, for this request, now", async () => {
    const late = String(Date.now() - 10 * 60_000);
    const text = (time: string) => ["stop", time, "{}"].join("\n");
    const now = String(Date.now());
    const proofs: Record<string, string>[] = [
      {},
      { authorization: "Moorage wrong", "x-moorage-time": now },
      { authorization: `Moorage ${home.credentials.proof("request", text(late))}`, "x-moorage-time": late },
      {
        authorization: `Moorage ${home.credentials.proof("request", text(now))}`,
        "x-moorage-time": `${now}0`,
      },
      { authorization: `Moorage ${home.credentials.proof("answer", text(now))}`, "x-moorage-time": now },
    ];
    for (const headers of proofs) {
      const asked = { method: "POST", path: "/_moorage/stop", headers: { ...json, ...headers }, body: "{}" };
      expect(await send(asked)).toMatchObject({ status: 401, headers: {} });
    }
    expect(await control(home, "faults", {})).toEqual([]);
  });

  it("the token is in a file that its owner alone can read, and so is the folder", () => {
    expect(statSync(home.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(home.folder, "token")).mode & 0o777).toBe(0o600);
    expect(existsSync(join(home.folder, "token"))).toBe(true);
  });

  it.each([
    ["JSON", ssm, names, 400, "MissingAuthenticationTokenException"],
    ["Query", {}, "Action=GetCallerIdentity&Version=2011-06-15", 403, "MissingAuthenticationToken"],
    ["EC2", {}, "Action=DescribeVpcs&Version=2016-11-15", 401, "AuthFailure"],
  ])("an unsigned call is refused as AWS refuses it: %s", async (_name, headers, body, status, code) => {
    const answer = await send({ method: "POST", headers, body });
    expect(answer).toMatchObject({ status, text: expect.stringContaining(code) as string });
  });

  it("a call is taken only when it is signed with the home's secret, whole, and now", async () => {
    expect((await call()).status).toBe(200);
    const minutes = (count: number) => new Date(Date.now() + count * 60_000);
    const refused = [
      await call({ secretAccessKey: "local" }),
      await call({}, { body: '{"Names":["/y"]}' }),
      await call({}, { headers: { "x-amz-target": "AmazonSSM.DeleteParameters" } }),
      await call({ headers: {} }, { headers: ssm }),
      await call({ signingDate: minutes(-6) }),
      await call({ signingDate: minutes(6) }),
    ];
    for (const { status, text } of refused) {
      expect({ status, text }).toMatchObject({
        status: 400,
        text: expect.stringMatching(/Signature/) as string,
      });
    }
    expect((await call({ signingDate: minutes(-4) })).status).toBe(200);
    expect((await call({}, { headers: { authorization: "AWS4-HMAC-SHA256 nonsense" } })).text).toMatch(
      /IncompleteSignatureException/,
    );
  });

  it("the registry asks for a login, and takes ECR's password alone, for 12 hours", async () => {
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
    const at = (headers: Record<string, string>) => send({ path: "/v2/", headers });
    const { password } = home.credentials.registryPassword(Date.now());
    const { password: old } = home.credentials.registryPassword(Date.now() - 13 * 60 * 60_000);
    expect(await at({})).toMatchObject({
      status: 401,
      headers: { "www-authenticate": `Basic realm="${endpoint}/",service="ecr.amazonaws.com"` },
    });
    expect((await at(basic("AWS:wrong"))).status).toBe(401);
    expect((await at(basic(`root:${password}`))).status).toBe(401);
    expect((await at(basic(`AWS:${password.replace(/^\d/, "9")}`))).status).toBe(401);
    expect((await at(basic(`AWS:${old}`))).status).toBe(403);
    expect((await at(basic(`AWS:${password}`))).status).toBe(200);
    expect((await send({ method: "PUT", path: "/v2/hello/manifests/v1", body: "{}" })).status).toBe(401);
  });

  it("a link to a blob opens that blob, for reading, for an hour", async () => {
    const path = `/v2/hello/blobs/sha256:${"0".repeat(64)}`;
    const link = home.credentials.blobLink(path, Date.now());
    const late = home.credentials.blobLink(path, Date.now() - 2 * 60 * 60_000);
    // It is let in, and told that there is no such blob.
    expect((await send({ path: link })).status).toBe(404);
    expect((await send({ path: link.replace("/hello/", "/other/") })).status).toBe(401);
    expect((await send({ path: link, method: "DELETE" })).status).toBe(401);
    expect((await send({ path: late })).status).toBe(401);
  });

  it("the played GitHub takes the home's token alone", async () => {
    const path = "/_github/repos/acme/shop";
    expect((await send({ path })).status).toBe(401);
    expect((await send({ path, headers: { authorization: "Bearer local" } })).status).toBe(401);
  });
});
