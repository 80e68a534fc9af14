import { z } from "zod";
import { badRequest, platformFailure } from "../../core/errors.js";
import type { GitHub } from "./client.js";

const errorShape = z.object({
  type: z.string().optional(),
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
});

const answerShape = z.object({
  data: z.object({ repository: z.record(z.string(), z.unknown()).nullable() }).nullish(),
  errors: z.array(errorShape).default([]),
});

const nodesShape = z.object({
  data: z.object({ nodes: z.array(z.unknown()) }).nullish(),
  errors: z.array(errorShape).default([]),
});

/** One of the errors that an answer may hold beside its data. */
export type QueryError = z.infer<typeof errorShape>;

export interface QueryAnswer {
  /** What was selected, by alias; null where there was an error. */
  repository: Record<string, unknown>;
  errors: QueryError[];
}

/** Asks about the repository over GraphQL, in one call. `selection` holds nothing of other people's. */
export async function queryRepository({ query, access }: GitHub, selection: string): Promise<QueryAnswer> {
  const asked = `query ($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { nameWithOwner ${selection} }
  }`;
  const { owner, repo } = access.repository;
  const { data: found, errors } = parsed(answerShape, await query(asked, { owner, repo }));
  if (!found?.repository && errors.length === 0) throw unexpected();
  return { repository: found?.repository ?? {}, errors };
}

/** Asks about things by their node ids, a hundred at most, in one call. In the order of the ids; null for what is gone. */
export async function queryNodes<Schema extends z.ZodType>(
  { query }: GitHub,
  ids: readonly string[],
  selection: string,
  schema: Schema,
): Promise<{ found: (z.infer<Schema> | null)[]; errors: QueryError[] }> {
  const asked = `query { nodes(ids: ${JSON.stringify(ids)}) { ${selection} } }`;
  const { data, errors } = parsed(nodesShape, await query(asked, {}));
  const found = (data?.nodes ?? []).map((node) => (node === null ? null : parsed(schema, node)));
  return { found, errors: errors.filter(({ type }) => type !== "NOT_FOUND") };
}

/** An error of an answer, classified. `missing` is the code where GitHub finds nothing. */
export function queryFailure(
  { type, message }: QueryError,
  { access }: GitHub,
  missing: "pr-not-found" | "repository-not-found",
): Error {
  const { owner, repo } = access.repository;
  const what = `GitHub (${owner}/${repo}): ${message}`;
  switch (type) {
    case "NOT_FOUND":
      return badRequest(
        missing,
        what,
        "Check the number and GITHUB_REPOSITORY, and that the token may read pull requests there.",
      );
    case "FORBIDDEN":
    case "INSUFFICIENT_SCOPES":
      return badRequest(
        "github-forbidden",
        what,
        "Grant the job's token the missing permission: `permissions: { pull-requests: read }`.",
      );
    default:
      return platformFailure("github-unavailable", what, "Run the command again.");
  }
}

/** The value as GitHub documents it. Raises `github-unavailable` where it is not. */
export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw unexpected(result.error);
}

function unexpected(cause?: unknown): Error {
  return platformFailure(
    "github-unavailable",
    "GitHub's response does not match its documentation.",
    "Run the command again; https://www.githubstatus.com/ reports outages.",
    cause,
  );
}
