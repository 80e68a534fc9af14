import { createHash } from "node:crypto";
import { platformFailure } from "../../core/errors.js";
import { mediaTypes } from "./image-manifest.js";
import { everyPage } from "./pages.js";
import type { RegistryAccess } from "./registry-http.js";
import { get, registryRefusal, send } from "./registry-http.js";

/** A manifest or index, byte for byte. */
export interface ManifestBytes {
  digest: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** What a manifest says of something it refers to. */
export interface Descriptor {
  mediaType: string;
  digest: string;
  /** Bytes. */
  size: number;
  /** Where foreign layers live: they are in no registry. */
  urls?: string[];
}

/** A blob on its way out. */
export interface BlobStream {
  size: number;
  bytes: AsyncIterable<Uint8Array>;
}

/** One repository over the OCI distribution API: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md */
export interface Repository {
  access: RegistryAccess;
  name: string;
  /** By tag or digest; undefined when there is none. Raises `digest-mismatch` when the bytes are not what was asked for. */
  manifest(reference: string): Promise<ManifestBytes | undefined>;
  /** The digest that a tag names, or whether a digest is there, without its bytes. */
  head(reference: string): Promise<string | undefined>;
  putManifest(reference: string, manifest: ManifestBytes): Promise<void>;
  hasBlob(digest: string): Promise<boolean>;
  blob(descriptor: Descriptor): Promise<BlobStream>;
  /** Begins an upload; undefined when the registry took the blob over from its repository `from`. */
  beginUpload(digest: string, from: string | undefined): Promise<URL | undefined>;
  finishUpload(location: URL, descriptor: Descriptor, bytes: ReadableStream): Promise<void>;
  /** Manifests that name this one as their subject: signatures, attestations. */
  referrers(digest: string): Promise<Descriptor[]>;
}

export function openRepository(access: RegistryAccess, name: string): Repository {
  const named = (reference: string) =>
    `${access.host}/${name}${reference.includes(":") ? "@" : ":"}${reference}`;
  return {
    access,
    name,
    async manifest(reference) {
      const headers = { accept: mediaTypes.join(", ") };
      const answer = await get(access, `${name}/manifests/${reference}`, { headers });
      if (answer.status === 404) return void (await answer.body?.cancel());
      if (!answer.ok) throw await registryRefusal(access, answer, `read ${named(reference)}`);
      return checked(named(reference), reference, await manifestOf(answer));
    },
    async head(reference) {
      const headers = { accept: mediaTypes.join(", ") };
      const answer = await send(access, { method: "HEAD", path: `${name}/manifests/${reference}`, headers });
      if (answer.status === 404) return undefined;
      if (!answer.ok) throw await registryRefusal(access, answer, `look for ${named(reference)}`);
      return answer.headers.get("docker-content-digest") ?? undefined;
    },
    async putManifest(reference, { mediaType, bytes }) {
      const headers = { "content-type": mediaType };
      const path = `${name}/manifests/${reference}`;
      const answer = await send(access, { method: "PUT", path, headers, body: bytes });
      if (!answer.ok) throw await registryRefusal(access, answer, `take ${named(reference)}`);
      await answer.body?.cancel();
    },
    async hasBlob(digest) {
      const answer = await send(access, { method: "HEAD", path: `${name}/blobs/${digest}` });
      // A redirect to where the bytes are is a yes.
      if (answer.status < 400) return true;
      if (answer.status === 404) return false;
      throw await registryRefusal(access, answer, `look for the blob ${named(digest)}`);
    },
    async blob({ digest, size }) {
      const answer = await get(access, `${name}/blobs/${digest}`, { isLong: true });
      if (!answer.ok || answer.body === null)
        throw await registryRefusal(access, answer, `read the blob ${named(digest)}`);
      return { size, bytes: answer.body };
    },
    async beginUpload(digest, from) {
      const mounted = from === undefined ? "" : `?${new URLSearchParams({ mount: digest, from })}`;
      const path = `${name}/blobs/uploads/${mounted}`;
      const answer = await send(access, { method: "POST", path });
      if (!answer.ok) throw await registryRefusal(access, answer, `take ${named(digest)}`);
      await answer.body?.cancel();
      if (answer.status === 201) return undefined;
      const location = answer.headers.get("location");
      if (location === null) throw await registryRefusal(access, answer, `take ${named(digest)}`);
      return new URL(location, access.endpoint.url);
    },
    // One PUT of known length: ECR loses what a second PATCH brings (aws/containers-roadmap#2831).
    async finishUpload(location, { digest, size }, body) {
      const path = new URL(location);
      path.searchParams.set("digest", digest);
      const headers = { "content-type": "application/octet-stream", "content-length": String(size) };
      const answer = await send(access, { method: "PUT", path, headers, body });
      if (!answer.ok) throw await registryRefusal(access, answer, `take the blob ${named(digest)}`);
      await answer.body?.cancel();
    },
    async referrers(digest) {
      return everyPage(
        async (page) => {
          const answer = await get(
            access,
            page === undefined ? `${name}/referrers/${digest}` : new URL(page),
          );
          // A registry of before OCI 1.1 has none.
          if (answer.status === 404 || answer.status === 405) return { items: [], next: undefined };
          if (!answer.ok)
            throw await registryRefusal(access, answer, `list what is attached to ${named(digest)}`);
          const { manifests } = (await answer.json()) as { manifests?: Descriptor[] };
          return { items: manifests, next: nextPage(access, answer)?.href };
        },
        (page) => page,
      );
    },
  };
}

/** Source: OCI distribution specification, "Listing Referrers": `Link: <...>; rel="next"`. */
function nextPage({ endpoint }: RegistryAccess, answer: Response): URL | undefined {
  const [, path] = /<([^>]+)>;\s*rel="?next"?/.exec(answer.headers.get("link") ?? "") ?? [];
  return path === undefined ? undefined : new URL(path, endpoint.url);
}

async function manifestOf(answer: Response): Promise<ManifestBytes> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const [mediaType = ""] = (answer.headers.get("content-type") ?? "").split(";");
  return { bytes, digest: digestOf(bytes), mediaType: mediaType.trim() };
}

function checked(name: string, reference: string, manifest: ManifestBytes): ManifestBytes {
  if (!reference.startsWith("sha256:") || manifest.digest === reference) return manifest;
  throw platformFailure(
    "digest-mismatch",
    `${name} was returned with different content: ${manifest.digest}.`,
    "The registry, or something before it, is broken; nothing was tagged. Try again, then ask the registry's operator.",
  );
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
