import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { answerGraphql } from "./graphql.js";
import { type Answer, type Asked, githubTime, notFound } from "./route.js";
import { routes } from "./routes.js";
import { type Author, bot, type Comment, type Deployment, type Pull, Views } from "./views.js";
import { GitHubDescription } from "./openapi.js";

/**
 * GitHub's API on loopback, with one repository by default. Each request and each answer is checked against GitHub's
 * own description; `violations` must be empty in the end, and is looked at when the tests of the file are over.
 */
export class GitHubFake {
  readonly repository = "acme/hello";
  /** Repositories that the token may see; the others are not found. */
  readonly repositories = new Set([this.repository]);
  readonly comments: Comment[] = [];
  readonly deployments: Deployment[] = [];
  readonly pulls = new Map<number, Pull>();
  /** Pull requests that cannot be read, and with what type of error (`FORBIDDEN`, `INTERNAL`). */
  readonly unreadablePulls = new Map<number, string>();
  /** Method and path of each request, in order. */
  readonly requests: string[] = [];
  readonly violations: string[] = [];
  /** Longest time that a request or an answer is under way, in milliseconds; each takes its own. */
  latencyMs = 0;
  /** Answers given in place of the next matching requests. */
  private readonly planned: { matches: RegExp; answer: Answer | (() => Promise<Answer>) }[] = [];
  private nextId = 1;

  private constructor(private readonly server: Server) {}

  /** For the tests of one file: closed when they are over, and without violations then. */
  static async open(): Promise<GitHubFake> {
    const { afterAll, expect } = await import("vitest");
    const fake = await GitHubFake.start();
    afterAll(() => {
      fake.close();
      expect(fake.violations).toEqual([]);
    });
    return fake;
  }

  static async start(): Promise<GitHubFake> {
    const server = createServer();
    const fake = new GitHubFake(server);
    server.on("request", (request, response) => {
      const failed = (error: unknown): Answer => {
        fake.violations.push(`${request.method ?? ""} ${request.url ?? ""} failed: ${String(error)}`);
        return { status: 500, body: { message: "The fake failed" } };
      };
      void fake
        .serve(request)
        .catch(failed)
        .then(({ status, body, headers }) => {
          response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
          response.end(body === undefined ? undefined : JSON.stringify(body));
        });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get views(): Views {
    return new Views(this.apiUrl, this.repository);
  }

  /** The environment that a workflow's step is given, as far as the API goes. */
  get env(): Record<string, string> {
    return { GITHUB_API_URL: this.apiUrl, GITHUB_REPOSITORY: this.repository, GITHUB_TOKEN: "test-token" };
  }

  /** Answers the next request that matches `METHOD /path` so; a function may do something first. */
  plan(matches: RegExp, answer: Answer | (() => Promise<Answer>)): void {
    this.planned.push({ matches, answer });
  }

  id(): number {
    return this.nextId++;
  }

  addComment(pr: number, body: string, author: Author = bot): Comment {
    const now = githubTime();
    const comment = { id: this.id(), pr, body, author, createdAt: now, updatedAt: now };
    this.comments.push(comment);
    return comment;
  }

  commentsOf(pr: number): string[] {
    return this.comments.filter((comment) => comment.pr === pr).map(({ body }) => body);
  }

  private async serve(request: IncomingMessage): Promise<Answer> {
    const { method = "GET" } = request;
    const url = new URL(request.url ?? "/", this.apiUrl);
    const text = await textOf(request);
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    this.requests.push(`${method} ${url.pathname}`);
    const description = url.pathname === "/graphql" ? undefined : GitHubDescription.load();
    this.violations.push(...(description?.checkRequest(method, url, body) ?? []));
    if (this.latencyMs > 0) await delay(Math.random() * this.latencyMs);
    const answer = await this.answer(request, { method, url, body: (body ?? {}) as Asked["body"] });
    this.violations.push(...(description?.checkAnswer(method, url, answer.status, answer.body) ?? []));
    if (this.latencyMs > 0) await delay(Math.random() * this.latencyMs);
    return { ...answer, headers: { date: new Date().toUTCString(), ...answer.headers } };
  }

  private async answer(
    request: IncomingMessage,
    asked: Pick<Asked, "method" | "url" | "body">,
  ): Promise<Answer> {
    const line = `${asked.method} ${asked.url.pathname}`;
    const at = this.planned.findIndex(({ matches }) => matches.test(line));
    const [planned] = at < 0 ? [] : this.planned.splice(at, 1);
    if (planned) return typeof planned.answer === "function" ? planned.answer() : planned.answer;
    if (request.headers.authorization !== "token test-token") {
      return { status: 401, body: { message: "Bad credentials" } };
    }
    if (line === "POST /graphql") return answerGraphql(this, asked);
    const [, repository = "", path = ""] = /^\/repos\/([^/]+\/[^/]+)(\/.*)?$/.exec(asked.url.pathname) ?? [];
    if (!this.repositories.has(repository)) return notFound;
    for (const { method, pattern, answer } of routes) {
      const match = method === asked.method ? pattern.exec(path) : null;
      if (match) return answer(this, { ...asked, repository, parts: match.slice(1) });
    }
    return notFound;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
