import type { Site } from "../../cloud.js";
import type { Credentials } from "../../home/credentials.js";
import type { Layout } from "../../registry/layout.js";
import { registryHost } from "../../registry/names.js";
import type { Registry } from "../../registry/registry.js";
import { invalidParameter, repositoryNotFound, type Place } from "./errors.js";
import type { RepositoryRow, RepositoryRows } from "./rows.js";

/** What every ECR operation works on. */
export interface EcrContext {
  rows: RepositoryRows;
  storage: Registry["storage"];
  /** `http://127.0.0.1:PORT`, where the registry listens. */
  endpoint: () => string;
  /** What the registry takes. */
  credentials: Credentials;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** A repository that exists: its row and its images. */
export interface OpenRepository {
  row: RepositoryRow;
  layout: Layout;
  /** How errors name it. */
  place: Place;
}

interface Named {
  registryId?: string;
  repositoryName: string | undefined;
}

/** `registryId` names another account's registry in the same region. */
export function registrySite({ registryId }: { registryId?: string }, site: Site): Site {
  return { ...site, account: registryId ?? site.account };
}

/** Throws RepositoryNotFoundException. */
export function repositoryAt(context: EcrContext, input: Named, site: Site): OpenRepository {
  const owner = registrySite(input, site);
  const name = input.repositoryName ?? "";
  const place = { name, registryId: owner.account };
  const row = context.rows.find(owner, name);
  if (!row) throw repositoryNotFound(place);
  return { row, place, layout: context.storage.layout({ host: registryHost(owner), name }) };
}

export interface Page<Item> {
  items: Item[];
  nextToken: string | undefined;
}

/** One page of a list; ECR's own size is 100, and 1000 the most. The token is the place to go on from. */
export function ecrPage<Item>(
  all: readonly Item[],
  { nextToken, maxResults = 100 }: { nextToken?: string; maxResults?: number },
): Page<Item> {
  if (maxResults < 1 || maxResults > 1000) throw invalidParameter("maxResults", "must be between 1 and 1000");
  const start = nextToken === undefined ? 0 : Number(Buffer.from(nextToken, "base64").toString("utf8"));
  if (!Number.isSafeInteger(start) || start < 0)
    throw invalidParameter("nextToken", "invalid pagination token");
  const end = start + maxResults;
  const more = end < all.length;
  return {
    items: all.slice(start, end),
    nextToken: more ? Buffer.from(String(end)).toString("base64") : undefined,
  };
}
