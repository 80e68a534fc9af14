import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

type Json = Record<string, unknown>;

interface Parameter {
  name: string;
  in: "path" | "query" | "header";
  required?: boolean;
  schema: Json;
}

interface Operation {
  parameters?: (Parameter | { $ref: string })[];
  requestBody?: { required?: boolean; content?: Record<string, unknown> };
  responses: Record<string, { $ref: string } | { content?: Record<string, unknown> }>;
}

interface Description {
  paths: Record<string, Record<string, Operation>>;
  components: { parameters: Record<string, Parameter> };
}

interface Found {
  template: string;
  method: string;
  operation: Operation;
}

/**
 * GitHub's published description of its REST API (an extract of npm's `@octokit/openapi`, see tools/github-openapi), asked whether a request and an answer are as it
 * says. Loaded and compiled when first asked, operation by operation.
 */
export class GitHubDescription {
  private static loaded: GitHubDescription | undefined;
  private readonly ajv = new Ajv({
    strict: false,
    validateSchema: false,
    validateFormats: false,
    addUsedSchema: false,
    coerceTypes: false,
    logger: false,
  });
  private readonly compiled = new Map<string, ValidateFunction>();
  private readonly templates: { pattern: RegExp; template: string }[];

  private constructor(private readonly description: Description) {
    this.ajv.addSchema(description, "github");
    this.templates = Object.keys(description.paths)
      .map((template) => ({ template, pattern: patternOf(template) }))
      // A fixed word is meant before a placeholder in its place.
      .sort((a, b) => placeholders(a.template) - placeholders(b.template));
  }

  static load(): GitHubDescription {
    const file = new URL("openapi.json", import.meta.url);
    return (this.loaded ??= new GitHubDescription(
      withNullTypes(JSON.parse(readFileSync(file, "utf8"))) as Description,
    ));
  }

  /** What is wrong with a request; empty where nothing is. */
  checkRequest(method: string, url: URL, body: unknown): string[] {
    const found = this.find(method, url.pathname);
    if (found === undefined)
      return [`${method} ${url.pathname} is no operation of the extract of GitHub's API`];
    const where = `${method} ${found.template}`;
    const query = this.checkQuery(found, url.searchParams).map((why) => `${where}: ${why}`);
    const { requestBody } = found.operation;
    if (body === undefined) return requestBody?.required ? [...query, `${where}: a body is required`] : query;
    if (requestBody === undefined) return [...query, `${where}: takes no body`];
    const path = ["requestBody", "content", "application/json", "schema"];
    return [...query, ...this.check(found, path, body).map((why) => `${where}, body: ${why}`)];
  }

  /** What is wrong with an answer; empty where nothing is. */
  checkAnswer(method: string, url: URL, status: number, body: unknown): string[] {
    const found = this.find(method, url.pathname);
    if (found === undefined || body === undefined || status >= 500) return [];
    const where = `${method} ${found.template}, answer ${status}`;
    const response = found.operation.responses[String(status)];
    // GitHub answers these for every operation, and describes them for few.
    if (response === undefined)
      return [401, 403, 404, 422, 429].includes(status) ? [] : [`${where}: is not described`];
    if ("$ref" in response || !response.content?.["application/json"]) return [];
    const path = ["responses", String(status), "content", "application/json", "schema"];
    return this.check(found, path, body).map((why) => `${where}: ${why}`);
  }

  private find(method: string, pathname: string): Found | undefined {
    for (const { pattern, template } of this.templates) {
      const operation = this.description.paths[template]?.[method.toLowerCase()];
      if (operation && pattern.test(pathname)) return { template, method: method.toLowerCase(), operation };
    }
    return undefined;
  }

  private checkQuery({ operation }: Found, query: URLSearchParams): string[] {
    const known = (operation.parameters ?? []).map((parameter) => this.parameter(parameter));
    return [...query].flatMap(([name, value]) => {
      const parameter = known.find((one) => one.in === "query" && one.name === name);
      if (parameter === undefined) return [`no parameter ${name}`];
      const { type, enum: values } = parameter.schema;
      if (type === "integer" && !/^\d+$/.test(value)) return [`${name}=${value} is no number`];
      return Array.isArray(values) && !values.includes(value) ? [`${name}=${value} is not known`] : [];
    });
  }

  private parameter(parameter: Parameter | { $ref: string }): Parameter {
    if (!("$ref" in parameter)) return parameter;
    const name = parameter.$ref.split("/").at(-1) ?? "";
    const found = this.description.components.parameters[name];
    if (found === undefined) throw new Error(`GitHub's description has no ${parameter.$ref}`);
    return found;
  }

  private check({ template, method }: Found, path: string[], value: unknown): string[] {
    const pointer = ["paths", template, method, ...path]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    let validate = this.compiled.get(pointer);
    if (validate === undefined) {
      validate = this.ajv.compile({ $ref: `github#/${pointer}` });
      this.compiled.set(pointer, validate);
    }
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath} ${message ?? "is wrong"}`,
    );
  }
}

function patternOf(template: string): RegExp {
  const parts = template
    .split("/")
    .map((part) => part.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{\w+\}/g, "[^/]+"));
  return new RegExp(`^${parts.join("/")}$`);
}

function placeholders(template: string): number {
  return template.split("{").length;
}

/** OpenAPI 3.0 says `nullable` where JSON Schema names the type `null`. */
function withNullTypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNullTypes);
  if (typeof value !== "object" || value === null) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key.startsWith("example") ? undefined : withNullTypes(inner),
    ]),
  ) as Json;
  return nullable === true
    ? { anyOf: [{ type: "null" }, rest] }
    : nullable === undefined
      ? rest
      : { ...rest, nullable };
}
