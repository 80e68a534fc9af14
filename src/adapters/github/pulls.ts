import { wholeCommitPattern } from "../../core/project/commit.js";
import { z } from "zod";
import { eachLimited } from "../aws/limited.js";
import type { PullReading, PullRequest } from "./pull-request.js";
import type { GitHub } from "./client.js";
import { isTrusted, type ListedComment } from "./comments.js";
import { parsed, queryFailure, queryRepository, type QueryError } from "./graphql.js";

/** A pull request as it is now, and its comments, in one call. */
export interface PullSight {
  pull: PullRequest;
  /** Oldest first; undefined where there are more than one page. */
  comments: ListedComment[] | undefined;
}

const pageSize = 100;
const parallelPages = 5;

const facts = `
  number state isDraft headRefOid isCrossRepository
  headRepository { nameWithOwner }
  author { login }
  labels(first: ${String(pageSize)}) { nodes { name } }`;

const comments = `
  comments(first: ${String(pageSize)}) {
    pageInfo { hasNextPage }
    nodes { fullDatabaseId body author { __typename } authorAssociation }
  }`;

const pullShape = z.object({
  number: z.number(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  isDraft: z.boolean(),
  headRefOid: z.string().regex(wholeCommitPattern),
  isCrossRepository: z.boolean(),
  headRepository: z.object({ nameWithOwner: z.string() }).nullable(),
  author: z.object({ login: z.string() }).nullable(),
  labels: z.object({ nodes: z.array(z.object({ name: z.string() })) }).nullable(),
});

const commentShape = z.object({
  // Comments have more digits than GraphQL's Int by now: their whole number comes as text.
  fullDatabaseId: z.coerce.number().int().positive(),
  body: z.string(),
  author: z.object({ __typename: z.string() }).nullable(),
  authorAssociation: z.string(),
});

const sightShape = pullShape.extend({
  comments: z.object({
    pageInfo: z.object({ hasNextPage: z.boolean() }),
    nodes: z.array(commentShape),
  }),
});

/**
 * Looks at a pull request. Raises a bad request, `pr-not-found`, where the repository has none of that number, and
 * `github-*` if that is unknown.
 * Source: GitHub's GraphQL API, `Repository.pullRequest`.
 */
export async function lookAtPull(github: GitHub, number: number): Promise<PullSight> {
  const { repository, errors } = await queryRepository(github, selectionOf(number, `${facts}${comments}`));
  const [error] = errors;
  if (error) throw queryFailure(error, github, "pr-not-found");
  const { comments: found, ...pull } = parsed(sightShape, repository[aliasOf(number)]);
  return {
    pull: pullOf(pull),
    comments: found.pageInfo.hasNextPage ? undefined : found.nodes.map(commentOf),
  };
}

/**
 * Reads pull requests by number, a hundred a call. Never raises: what cannot be read says so, for the one or for all of
 * the call.
 */
export async function readPulls(
  github: GitHub,
  numbers: readonly number[],
): Promise<Map<number, PullReading>> {
  const count = Math.ceil(numbers.length / pageSize);
  const pages = Array.from({ length: count }, (_, at) => numbers.slice(at * pageSize, (at + 1) * pageSize));
  const readings = new Map<number, PullReading>();
  await eachLimited(pages, parallelPages, async (page) => {
    for (const [number, reading] of await readPage(github, page)) readings.set(number, reading);
  });
  return readings;
}

async function readPage(github: GitHub, numbers: readonly number[]): Promise<[number, PullReading][]> {
  try {
    const selection = numbers.map((number) => selectionOf(number, facts)).join("\n");
    const { repository, errors } = await queryRepository(github, selection);
    const whole = errors.find(({ path = [] }) => path.length < 2);
    if (whole) throw queryFailure(whole, github, "repository-not-found");
    return numbers.map((number) => [number, readingOf(number, repository, errors)]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return numbers.map((number) => [number, { kind: "unreadable", why }]);
  }
}

function readingOf(
  number: number,
  repository: Record<string, unknown>,
  errors: readonly QueryError[],
): PullReading {
  const error = errors.find(({ path = [] }) => path[1] === aliasOf(number));
  if (error?.type === "NOT_FOUND") return { kind: "missing" };
  if (error) return { kind: "unreadable", why: error.message };
  const found = pullShape.safeParse(repository[aliasOf(number)]);
  if (found.success && found.data.number === number) return { kind: "read", pull: pullOf(found.data) };
  return { kind: "unreadable", why: "GitHub's response does not match its documentation" };
}

/** Numbers are ours: nothing is quoted. */
function selectionOf(number: number, fields: string): string {
  return `${aliasOf(number)}: pullRequest(number: ${String(number)}) {${fields}}`;
}

function aliasOf(number: number): string {
  return `pr${String(number)}`;
}

function pullOf(pull: z.infer<typeof pullShape>): PullRequest {
  const { number, state, isDraft, headRefOid, isCrossRepository, headRepository, author, labels } = pull;
  return {
    number,
    state: state === "OPEN" ? "open" : state === "MERGED" ? "merged" : "closed",
    draft: isDraft,
    labels: (labels?.nodes ?? []).map(({ name }) => name),
    headCommit: headRefOid,
    fork: isCrossRepository || headRepository === null,
    author: author?.login ?? "ghost",
  };
}

function commentOf({
  fullDatabaseId,
  body,
  author,
  authorAssociation,
}: z.infer<typeof commentShape>): ListedComment {
  return { id: fullDatabaseId, body, ours: isTrusted(author?.__typename === "Bot", authorAssociation) };
}
