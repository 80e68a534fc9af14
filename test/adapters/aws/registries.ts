import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Repository } from "../../../src/adapters/aws/registry.js";
import { openRepository } from "../../../src/adapters/aws/registry.js";
import type { RegistryAccess } from "../../../src/adapters/aws/registry-http.js";
import {
  imageManifest,
  imageType,
  indexType,
  putManifest,
  sha256,
} from "../../../packages/local-aws/test/registry/serve.js";
import { type Served, serveRegistry } from "../../../packages/local-aws/test/registry/serve.js";

/** Looks at a request before the registry does; true when it has answered it. */
export type Hook = (req: IncomingMessage, res: ServerResponse) => boolean;

/** A registry that plays one account's, what was asked of it, and a way to disturb it. */
export interface Stage extends Served {
  name: string;
  access: RegistryAccess;
  /** `PUT /v2/...` in order. */
  asked: string[];
  hook: Hook;
}

export const dev = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
export const staging = "222222222222.dkr.ecr.eu-west-1.amazonaws.com";

const authorization = `Basic ${Buffer.from("AWS:secret").toString("base64")}`;

/** The account's registry as AWS has it: HTTP over TCP, credentials wanted, a host of its own. */
export async function stage(host: string, signal = new AbortController().signal): Promise<Stage> {
  const served = await serveRegistry();
  const asked: string[] = [];
  const staged: Stage = { ...served, name: host, asked, hook: () => false, access: undefined as never };
  const url = await listen((req, res) => {
    asked.push(`${req.method ?? ""} ${req.url ?? ""}`);
    if (staged.hook(req, res)) return;
    if (req.headers.authorization !== authorization) return void res.writeHead(401).end();
    void served.registry.handle(req, res);
  });
  staged.access = { host, endpoint: { url, prefix: `${host}/` }, authorization, signal, pauseMs: 5 };
  staged.url = `${served.url}/${host}`;
  return staged;
}

export async function listen(handler: (req: IncomingMessage, res: ServerResponse) => void): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function repository({ access }: Stage, name = "hello"): Repository {
  return openRepository(access, name);
}

/** Pushes an index of two platforms with an attestation each build tool adds, and a signature attached to it. */
export async function pushIndex(
  { url }: Stage,
  tag: string,
  name = "hello",
): Promise<{ digest: string; parts: string[] }> {
  const children = [];
  for (const [os, architecture] of [
    ["linux", "amd64"],
    ["linux", "arm64"],
    ["unknown", "unknown"],
  ] as const) {
    const manifest = await imageManifest(url, name);
    await putManifest(url, name, sha256(manifest), manifest);
    const platform = { architecture, os };
    children.push({ mediaType: imageType, digest: sha256(manifest), size: manifest.length, platform });
  }
  const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: children });
  await putManifest(url, name, tag, index, indexType);
  const digest = sha256(index);
  const signed = JSON.parse(await imageManifest(url, name)) as object;
  const subject = { mediaType: indexType, digest, size: index.length };
  const signature = JSON.stringify({ ...signed, artifactType: "application/vnd.example.signature", subject });
  await putManifest(url, name, sha256(signature), signature);
  return { digest, parts: [...children.map((child) => child.digest), sha256(signature)] };
}

export async function digestAt({ url }: Stage, reference: string, name = "hello"): Promise<string | null> {
  const head = await fetch(`${url}/${name}/manifests/${reference}`, { method: "HEAD" });
  return head.headers.get("docker-content-digest");
}
