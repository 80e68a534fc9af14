import { readFileSync } from "node:fs";
import { buildSchema, graphql, type GraphQLError, type GraphQLSchema } from "graphql";
import type { GitHubFake } from "./github.js";
import type { Answer, Asked } from "./route.js";
import type { Comment, Deployment, Pull } from "./views.js";

let schema: GraphQLSchema | undefined;

/** GitHub's own schema (an extract of npm's `@octokit/graphql-schema`, see tools/github-graphql): what does not fit it is no answer, and no question. */
function githubSchema(): GraphQLSchema {
  if (schema !== undefined) return schema;
  const text = readFileSync(new URL("schema.graphql", import.meta.url), "utf8");
  return (schema = buildSchema(text, { assumeValid: true }));
}

/** Executes a query on the fake's pull requests and comments, as GitHub would; a mistake in it is a violation. */
export async function answerGraphql(fake: GitHubFake, { body }: Pick<Asked, "body">): Promise<Answer> {
  const { data, errors = [] } = await graphql({
    schema: githubSchema(),
    source: String(body["query"]),
    variableValues: body["variables"] as Record<string, unknown>,
    rootValue: {
      repository: (asked: RepositoryAsked) => repositoryOf(fake, asked),
      nodes: ({ ids }: { ids: string[] }) => nodesOf(fake, ids),
    },
  });
  const ours = errors.filter(({ extensions }) => extensions["type"] === undefined);
  fake.violations.push(...ours.map(({ message }) => `POST /graphql: ${message}`));
  const shown = errors.map((error) => ({ type: error.extensions["type"], ...error.toJSON() }));
  return { status: 200, body: { data: data ?? null, ...(shown.length > 0 && { errors: shown }) } };
}

interface RepositoryAsked {
  owner: string;
  name: string;
}

function repositoryOf(fake: GitHubFake, { owner, name }: RepositoryAsked) {
  const repository = `${owner}/${name}`;
  if (!fake.repositories.has(repository)) {
    throw notFound(`Could not resolve to a Repository with the name '${repository}'.`);
  }
  return {
    nameWithOwner: repository,
    pullRequest: ({ number }: { number: number }) => {
      const problem = fake.unreadablePulls.get(number);
      if (problem !== undefined) throw new Refusal(problem, problem);
      const pull = fake.pulls.get(number);
      if (pull === undefined) {
        throw notFound(`Could not resolve to a PullRequest with the number of ${String(number)}.`);
      }
      return pullOf(fake, pull);
    },
  };
}

/** GitHub refuses more than a hundred. Source: GitHub, "Rate limits and query limits for the GraphQL API", "Node limit". */
function nodesOf(fake: GitHubFake, ids: readonly string[]) {
  if (ids.length > 100) throw new Refusal("ARGUMENT_LIMIT", "You may not provide more than 100 node ids");
  return ids.map((node) => {
    const found = fake.deployments.find(({ id }) => `DE_${id}` === node);
    return found === undefined
      ? notFound(`Could not resolve to a node with the id '${node}'`)
      : deploymentOf(found);
  });
}

function deploymentOf({ id, task, statuses }: Deployment) {
  const states: Record<string, string> = { success: "ACTIVE", inactive: "INACTIVE", failure: "FAILURE" };
  const state = states[statuses.at(-1)?.state ?? ""] ?? "IN_PROGRESS";
  return { __typename: "Deployment", id: `DE_${id}`, task, state };
}

function pullOf(fake: GitHubFake, pull: Pull) {
  const { number, headRepository } = pull;
  return {
    number,
    state: pull.state === "open" ? "OPEN" : pull.merged ? "MERGED" : "CLOSED",
    isDraft: pull.draft,
    title: pull.title,
    headRefName: pull.headRef,
    headRefOid: pull.headCommit,
    isCrossRepository: headRepository !== fake.repository,
    headRepository: headRepository === null ? null : { nameWithOwner: headRepository },
    author: { __typename: "User", login: pull.author },
    labels: (page: Page) =>
      connection(
        page,
        pull.labels.map((name) => ({ name })),
      ),
    comments: (page: Page) =>
      connection(page, fake.comments.filter(({ pr }) => pr === number).map(commentOf)),
  };
}

function commentOf({ id, body, author, updatedAt }: Comment) {
  return {
    databaseId: id,
    fullDatabaseId: String(id),
    body,
    updatedAt,
    author: { __typename: author.type, login: author.login.replace(/\[bot\]$/, "") },
    authorAssociation: author.association,
  };
}

interface Page {
  first?: number;
}

function connection<Node>({ first = 0 }: Page, nodes: Node[]) {
  return {
    totalCount: nodes.length,
    nodes: nodes.slice(0, first),
    pageInfo: { hasNextPage: nodes.length > first, hasPreviousPage: false },
  };
}

/** An error as GitHub types it. */
class Refusal extends Error {
  readonly extensions: GraphQLError["extensions"];

  constructor(type: string, message: string) {
    super(message);
    this.extensions = { type };
  }
}

function notFound(message: string): Error {
  return new Refusal("NOT_FOUND", message);
}
