/** Names as the OCI distribution specification and ECR spell them, and whose repository a name is. */
import type { Site } from "../cloud.js";

/** A repository of one registry: `{ host: "111111111111.dkr.ecr.us-east-1.amazonaws.com", name: "hello" }`. */
export interface RepositoryName {
  host: string;
  name: string;
}

/** An image as a container definition names it; the digest wins where both are given. */
export interface ImageReference {
  repository: RepositoryName;
  tag?: string;
  digest?: string;
}

const component = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const digestPattern = /^sha256:[a-f0-9]{64}$/;
const ecrHostPattern = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z0-9.-]+$/;
const hostPattern = /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d+)?$/;
const loopbackPattern = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

/** Whether the text is a repository name by the OCI grammar (at most 255 characters, as ECR and Docker take). */
export function isRepositoryName(text: string): boolean {
  return text.length <= 255 && repositoryPattern.test(text);
}

export function isTag(text: string): boolean {
  return tagPattern.test(text);
}

/** Only sha256: it is the one algorithm that ECR knows. */
export function isDigest(text: string): boolean {
  return digestPattern.test(text);
}

/** The host name of a site's private ECR registry. */
export function registryHost(site: Site): string {
  return `${site.account}.dkr.ecr.${site.region}.amazonaws.com`;
}

/** The site that an ECR host name belongs to; undefined for any other registry. */
export function siteOfHost(host: string): Site | undefined {
  const [, account, region] = ecrHostPattern.exec(host) ?? [];
  return account && region ? { account, region } : undefined;
}

/**
 * The repository behind a path on the loopback registry. As in Docker's references, a first component with a dot
 * is a registry's host (`<host>/<repository>`); all else belongs to the default registry.
 */
export function locate(path: string, defaultHost: string): RepositoryName {
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  if (!first.includes(".")) return { host: defaultHost, name: path };
  return { host: first, name: path.slice(slash + 1) };
}

/**
 * Reads `host/repository[:tag][@digest]`; undefined when it is no image reference. A loopback host means the local
 * registry itself, and a name without a host Docker Hub, as everywhere.
 */
export function parseReference(image: string, defaultHost: string): ImageReference | undefined {
  const [named = "", digest, ...rest] = image.split("@");
  const colon = named.lastIndexOf(":");
  const tagged = colon > named.lastIndexOf("/");
  const repository = repositoryOf(tagged ? named.slice(0, colon) : named, defaultHost);
  const tag = tagged ? named.slice(colon + 1) : digest === undefined ? "latest" : undefined;
  const valid =
    rest.length === 0 &&
    hostPattern.test(repository.host) &&
    isRepositoryName(repository.name) &&
    (tag === undefined || isTag(tag)) &&
    (digest === undefined || isDigest(digest));
  return valid ? { repository, tag, digest } : undefined;
}

function repositoryOf(path: string, defaultHost: string): RepositoryName {
  const slash = path.indexOf("/");
  const first = path.slice(0, Math.max(slash, 0));
  if (loopbackPattern.test(first)) return locate(path.slice(slash + 1), defaultHost);
  if (/[.:]/.test(first)) return { host: first, name: path.slice(slash + 1) };
  return { host: "docker.io", name: slash < 0 ? `library/${path}` : path };
}
