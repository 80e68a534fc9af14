import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listenOn } from "../../packages/local-aws/src/listen.js";

/** Stacks and tags of Pulumi Cloud, by its published REST API: what records need of it, on loopback. */
export interface CloudFake {
  url: string;
  token: string;
  /** Stacks by `org/project/stack`. */
  stacks: Map<string, FakeStack>;
  /** Answers to come that are given before the API is asked: `503`, or `lost` (done, and not answered). */
  troubles: (number | "lost")[];
  /** Why no tag is taken, where none is. */
  refusal: string | undefined;
  requests: number;
  close(): Promise<void>;
}

interface FakeStack {
  tags: Record<string, string>;
  version: number;
}

interface Answer {
  status: number;
  body?: unknown;
}

const pageSize = 100;
const problem = (status: number, message: string): Answer => ({ status, body: { code: status, message } });

export async function openCloudFake(): Promise<CloudFake> {
  const fake = {
    token: "pul-test",
    stacks: new Map<string, FakeStack>(),
    troubles: [] as (number | "lost")[],
    refusal: undefined as string | undefined,
    requests: 0,
  };
  const server = createServer((request, response) => void answer(fake, request, response));
  const port = await listenOn(server, 0);
  return Object.assign(fake, {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  });
}

type Known = Pick<CloudFake, "token" | "stacks" | "troubles" | "requests" | "refusal">;

async function answer(fake: Known, request: IncomingMessage, response: ServerResponse): Promise<void> {
  fake.requests += 1;
  const trouble = fake.troubles.shift();
  const given = typeof trouble === "number" ? problem(trouble, "trouble") : await judged(fake, request);
  if (trouble === "lost") return void response.destroy();
  response.writeHead(given.status, { "content-type": "application/json" });
  response.end(given.body === undefined ? undefined : JSON.stringify(given.body));
}

async function judged(fake: Known, request: IncomingMessage): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  if (request.headers.authorization !== `token ${fake.token}`) return problem(401, "Unauthorized");
  if (request.headers.accept !== "application/vnd.pulumi+8") return problem(400, "no API version");
  const url = new URL(request.url ?? "", "http://fake");
  const body = text === "" ? {} : (JSON.parse(text) as Record<string, string>);
  const path = url.pathname.split("/").slice(2).map(decodeURIComponent);
  if (path[0] === "user") return ofUser(fake, path.slice(1).join("/"), url.searchParams);
  const [, org = "", project = "", stack, tags, tag] = path;
  if (stack === undefined) return createStack(fake, `${org}/${project}`, body);
  const key = `${org}/${project}/${stack}`;
  const found = fake.stacks.get(key);
  if (found === undefined) return problem(404, "Not Found: Stack not found");
  if (tags === undefined) return ofStack(fake, key, found, request.method);
  if (fake.refusal !== undefined && request.method === "POST")
    return problem(400, `Bad Request: ${fake.refusal}`);
  return ofTags(found, request.method, tag, body);
}

function ofUser({ stacks }: Known, what: string, query: URLSearchParams): Answer {
  if (what === "organizations/default") return { status: 200, body: { GitHubLogin: "acme" } };
  if (what !== "stacks") return problem(404, "Not Found");
  const prefix = `${query.get("organization") ?? ""}/${query.get("project") ?? ""}/`;
  const names = [...stacks.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length));
  const from = Number(query.get("continuationToken") ?? 0);
  const page = names.slice(from, from + pageSize).map((stackName) => ({ stackName }));
  const next = from + pageSize < names.length ? String(from + pageSize) : null;
  return { status: 200, body: { stacks: page, continuationToken: next } };
}

function createStack({ stacks }: Known, project: string, body: Record<string, unknown>): Answer {
  const { stackName, tags = {} } = body as { stackName: string; tags?: Record<string, string> };
  const key = `${project}/${stackName}`;
  if (stacks.has(key)) return problem(409, "Conflict: Stack already exists");
  const wrong = wrongTag(tags);
  if (wrong !== undefined) return wrong;
  stacks.set(key, { tags, version: 0 });
  return { status: 200, body: {} };
}

function ofStack({ stacks }: Known, key: string, stack: FakeStack, method = "GET"): Answer {
  if (method === "GET") return { status: 200, body: { stackName: key.split("/")[2], ...stack } };
  stacks.delete(key);
  return { status: 204 };
}

function ofTags(
  stack: FakeStack,
  method = "",
  tag: string | undefined,
  body: Record<string, string>,
): Answer {
  if (method === "DELETE")
    return tag !== undefined && tag in stack.tags ? removed(stack, tag) : problem(404, "Not Found");
  const { name = "", value = "" } = body;
  const wrong = wrongTag(method === "PATCH" ? body : { [name]: value });
  if (wrong !== undefined) return wrong;
  if (method === "PATCH") stack.tags = body;
  else if (name in stack.tags) return problem(400, "Bad Request: Stack tag already exists");
  else stack.tags = { ...stack.tags, [name]: value };
  return { status: 204 };
}

function removed(stack: FakeStack, tag: string): Answer {
  const { [tag]: _gone, ...kept } = stack.tags;
  stack.tags = kept;
  return { status: 204 };
}

/** The service's rules, which the CLI repeats (pulumi: pkg/util/validation). */
function wrongTag(tags: Record<string, string>): Answer | undefined {
  const wrong = Object.entries(tags).find(
    ([name, value]) => !/^[a-zA-Z0-9-_.:]{1,40}$/.test(name) || value.length > 256,
  );
  return wrong && problem(400, `Bad Request: invalid stack tag ${wrong[0]}`);
}
