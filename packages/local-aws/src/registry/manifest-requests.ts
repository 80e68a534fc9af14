/** Manifests, tags and referrers over HTTP. */
import { tagMayMove } from "../services/ecr/rows.js";
import { RegistryError } from "./errors.js";
import { answer, answerJson, readManifestBody, type Exchange, type Handler } from "./http.js";
import { storedImage, type StoredImage } from "./image-list.js";
import { mediaTypes, parseManifest } from "./manifest.js";
import { isDigest, isTag } from "./names.js";
import { deleteManifest, pushManifest } from "./push.js";

/** What ECR takes at most, in bytes. */
const manifestLimit = 4 * 1024 * 1024;

export const headManifest: Handler = async ({ layout, res }, reference) => {
  const image = await existing({ layout }, reference);
  answer(res, 200, { ...manifestHeaders(image), "content-length": image.size });
};

/** Whatever `Accept` says: the bytes are what the digest names, and cannot be converted. */
export const getManifest: Handler = async ({ layout, res }, reference) => {
  const image = await existing({ layout }, reference);
  answer(res, 200, manifestHeaders(image), await layout.readBlob(image.digest));
};

export const putManifest: Handler = async ({ req, res, layout, rows, repository, path, now }, reference) => {
  const named = isDigest(reference) ? { digest: reference } : { tag: reference };
  if (named.tag !== undefined && !isTag(named.tag)) {
    throw new RegistryError("TAG_INVALID", "a tag has at most 128 letters, digits, '_', '.' and '-'");
  }
  const bytes = await readManifestBody(req, manifestLimit);
  const row = rows.ensure(repository, now());
  const push = { bytes, mediaType: req.headers["content-type"], now: now(), ...named };
  const policy = { repositoryName: repository.name, mayMove: (tag: string) => !row || tagMayMove(row, tag) };
  const { digest, manifest } = await pushManifest(layout, push, policy);
  await rows.flush();
  answer(res, 201, {
    location: `/v2/${path}/manifests/${digest}`,
    "docker-content-digest": digest,
    ...(manifest.subject && { "oci-subject": manifest.subject.digest }),
  });
};

export const removeManifest: Handler = async ({ layout, res }, reference) => {
  await deleteManifest(layout, reference);
  answer(res, 202, {});
};

/** In lexical order, `?n=` at a time, after `?last=`. */
export const listTags: Handler = async ({ layout, res, query, path }) => {
  if (!(await layout.exists()))
    throw new RegistryError("NAME_UNKNOWN", "repository name not known to registry");
  const last = query.get("last") ?? "";
  const tags = (await layout.list()).flatMap((image) => image.tags).sort();
  const rest = tags.filter((tag) => tag > last);
  const page = rest.slice(0, pageSize(query.get("n")));
  const more = page.length > 0 && page.length < rest.length;
  const next = new URLSearchParams({ n: String(page.length), last: page.at(-1) ?? "" });
  const link = more ? { link: `</v2/${path}/tags/list?${next}>; rel="next"` } : undefined;
  answerJson(res, { name: path, tags: page }, link);
};

/** An index of the manifests that name this one as their subject; empty when none does. */
export const listReferrers: Handler = async ({ layout, res, query }, digest) => {
  if (!isDigest(digest)) throw new RegistryError("DIGEST_INVALID", "a digest is sha256: and 64 hex digits");
  const wanted = query.get("artifactType");
  const referrers = (await layout.list()).filter(({ subject }) => subject === digest);
  const chosen = referrers.filter(({ artifactType }) => !wanted || artifactType === wanted);
  const manifests = await Promise.all(
    chosen.map(async ({ mediaType, size, artifactType, digest: own }) => {
      const { annotations } = parseManifest(await layout.readBlob(own));
      return { mediaType, digest: own, size, artifactType, annotations };
    }),
  );
  answerJson(
    res,
    { schemaVersion: 2, mediaType: mediaTypes.index, manifests },
    { "content-type": mediaTypes.index, ...(wanted && { "oci-filters-applied": "artifactType" }) },
  );
};

async function existing({ layout }: Pick<Exchange, "layout">, reference: string): Promise<StoredImage> {
  const image = storedImage(await layout.list(), reference);
  if (!image) throw new RegistryError("MANIFEST_UNKNOWN", "manifest unknown", { reference });
  return image;
}

function manifestHeaders({ digest, mediaType }: StoredImage): Record<string, string> {
  return { "content-type": mediaType, "docker-content-digest": digest, etag: `"${digest}"` };
}

function pageSize(n: string | null): number {
  return n !== null && /^\d+$/.test(n) ? Number(n) : Infinity;
}
