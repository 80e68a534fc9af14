import { systemErrorText } from "../system-error.js";
import type { IncomingMessage, ServerResponse } from "node:http";
import { RepositoryRows } from "../services/ecr/rows.js";
import type { Site } from "../cloud.js";
import type { Store } from "../store.js";
import {
  appendChunk,
  beginUpload,
  cancelUpload,
  deleteBlob,
  finishUpload,
  getBlob,
  headBlob,
  uploadStatus,
} from "./blob-requests.js";
import { RegistryError } from "./errors.js";
import { answer, answerJson, type Handler } from "./http.js";
import {
  getManifest,
  headManifest,
  listReferrers,
  listTags,
  putManifest,
  removeManifest,
} from "./manifest-requests.js";
import { isRepositoryName, locate, registryHost } from "./names.js";
import { Storage } from "./storage.js";

export interface RegistryOptions {
  /** Folder of the images. */
  root: string;
  store: Store;
  /** Whose ECR registry a name without a registry host belongs to. */
  defaultSite: Site;
  /** Milliseconds since the epoch. */
  now?: () => number;
}

export interface Registry {
  /**
   * Answers requests of the OCI distribution API and returns true; false when the path is not under `/v2/`.
   * Whoever gets here may do anything: `login.ts` stands before it.
   */
  handle(req: IncomingMessage, res: ServerResponse): Promise<boolean>;
  storage: Storage;
  /** Host of the registry that names without a host belong to. */
  defaultHost: string;
}

/** The first pattern that matches decides; the greedy name leaves "blobs/uploads" to the paths that end in it. */
const routes: { pattern: RegExp; methods: Partial<Record<string, Handler>> }[] = [
  { pattern: /^\/v2\/(.+)\/blobs\/uploads\/?$/, methods: { POST: beginUpload } },
  {
    pattern: /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: uploadStatus, PATCH: appendChunk, PUT: finishUpload, DELETE: cancelUpload },
  },
  { pattern: /^\/v2\/(.+)\/blobs\/([^/]+)$/, methods: { HEAD: headBlob, GET: getBlob, DELETE: deleteBlob } },
  {
    pattern: /^\/v2\/(.+)\/manifests\/([^/]+)$/,
    methods: { HEAD: headManifest, GET: getManifest, PUT: putManifest, DELETE: removeManifest },
  },
  { pattern: /^\/v2\/(.+)\/tags\/list$/, methods: { GET: listTags } },
  { pattern: /^\/v2\/(.+)\/referrers\/([^/]+)$/, methods: { GET: listReferrers } },
];

/** An OCI registry on disk, to be mounted on an HTTP server. One process at a time owns `root`. */
export function createRegistry({ root, store, defaultSite, now = Date.now }: RegistryOptions): Registry {
  const storage = new Storage(root);
  const rows = new RepositoryRows(store);
  const defaultHost = registryHost(defaultSite);

  async function dispatch(req: IncomingMessage, res: ServerResponse, pathname: string): Promise<void> {
    if (pathname === "/v2/" || pathname === "/v2") return answerJson(res, {});
    const { path, argument, handler } = route(req.method ?? "GET", pathname);
    const repository = located(path, defaultHost);
    const layoutOf = (name: string) => storage.layout(located(name, defaultHost));
    const layout = storage.layout(repository);
    const query = new URLSearchParams(req.url?.slice(pathname.length + 1));
    await handler({ req, res, query, path, repository, layout, storage, rows, layoutOf, now }, argument);
  }

  return {
    storage,
    defaultHost,
    async handle(req, res) {
      const [pathname = "/"] = (req.url ?? "/").split("?", 1);
      if (pathname !== "/v2" && !pathname.startsWith("/v2/")) return false;
      res.setHeader("docker-distribution-api-version", "registry/2.0");
      await dispatch(req, res, pathname).catch((error: unknown) => answerError(req, res, error));
      return true;
    },
  };
}

function route(method: string, pathname: string): { path: string; argument: string; handler: Handler } {
  for (const { pattern, methods } of routes) {
    const [, path, argument = ""] = pattern.exec(pathname) ?? [];
    if (path === undefined) continue;
    const handler = methods[method];
    if (!handler) throw new RegistryError("UNSUPPORTED", `${method} is not supported here`);
    return { path, argument: argument.replace(/%3A/i, ":"), handler };
  }
  throw new RegistryError("NAME_UNKNOWN", "no such path in the OCI distribution API");
}

function located(path: string, defaultHost: string) {
  if (!isRepositoryName(path))
    throw new RegistryError("NAME_INVALID", "invalid repository name", { name: path });
  return locate(path, defaultHost);
}

function answerError(req: IncomingMessage, res: ServerResponse, error: unknown): void {
  // The client went away, or got a part of a blob: there is nobody to tell.
  if (res.headersSent || req.socket.destroyed) return void res.destroy();
  const known = error instanceof RegistryError;
  const body = known
    ? error.body()
    : JSON.stringify({
        errors: [{ code: "UNKNOWN", message: systemErrorText(error) ?? String(error) }],
      });
  answer(res, known ? error.status : 500, { "content-type": "application/json" }, body);
}
