import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { MoorageError } from "../../../src/core/errors.js";
import { parseConfig } from "../../../src/core/project/parse.js";
import { withStackNames } from "../../../src/core/project/placeholder-names.js";
import {
  fillPlaceholders,
  placeholdersIn,
  withoutPlaceholders,
} from "../../../src/core/project/placeholders.js";
import { readPreview } from "../../../src/context/preview-stack.js";
import { readEnvironment } from "../../../src/context/environment-stack.js";
import { oneService } from "../../stacks/program.js";

const fill = (text: string) => fillPlaceholders(text, (word) => word.toUpperCase());

describe("16.1: placeholders in texts", () => {
  it.each([
    ["{stack}", "STACK"],
    ["https://{host}/{tag}?pr={pr}", "https://HOST/TAG?pr=PR"],
    ['{"url":"{url}"}', '{"url":"URL"}'],
    ["{stack}{stack}", "STACKSTACK"],
  ])("%s is filled", (text, filled) => {
    expect(fill(text)).toBe(filled);
  });

  it.each([
    '{"stack":1}',
    "${stack}",
    "${{stack}}",
    "#{host}",
    "%{url}",
    "{{.Tag}}",
    "{{ stack }}",
    "{name}",
    "{stackk}",
    "{Stack}",
    "{ stack }",
    "<key>",
    "{",
    "{}",
  ])("%s stays what it is", (text) => {
    expect(fill(text)).toBe(text);
    expect(placeholdersIn(text)).toEqual([]);
  });

  it("is itself in double braces, and those are in three", () => {
    expect(fill("{{stack}} {{{tag}}}")).toBe("{stack} {{tag}}");
    expect(placeholdersIn("{{stack}}")).toEqual([]);
  });

  it.each(["{stack}", "{{stack}}", "{{{url}}}", "${pr} {pr}", '{"a":{host}}', "{{{{tag}}}}"])(
    "%s of others is kept whole",
    (text) => {
      expect(fill(withoutPlaceholders(text))).toBe(text);
    },
  );
});

const web = { repository: "hello", port: 8080 };
const worker = { repository: "hello" };

function parse(services: object, changes: Record<string, unknown> = {}) {
  return parseConfig(oneService({ "moorage:services": services, "moorage:digests": {}, ...changes }), "test");
}

describe("16.1: placeholders that stand for nothing where they stand", () => {
  it.each([
    [
      "a worker's variable",
      { worker: { ...worker, env: { A: "{url}" } } },
      {},
      /services\.worker\.env\.A: has \{url\}, but worker is a worker, which has no host\. Write \{\{url\}\}/,
    ],
    [
      "an internal service's command",
      { api: { ...worker, kind: "internal", port: 1, command: ["{host}"] } },
      {},
      /services\.api\.command\.0: has \{host\}, but api is an internal service/,
    ],
    [
      "a worker's sidecar",
      { worker: { ...worker, sidecars: { s: { env: { A: "{host}" } } } } },
      {},
      /services\.worker\.sidecars\.s\.env\.A: has \{host\}/,
    ],
    [
      "an environment",
      { web: { ...web, env: { A: "{pr}" } } },
      {},
      /services\.web\.env\.A: has \{pr\}, but an environment has no pull request: it can only stand in/,
    ],
    [
      "an environment's reference",
      { web: { ...web, env: { A: { fromCfn: "a-{pr}" } } } },
      {},
      /services\.web\.env\.A: has \{pr\}/,
    ],
    [
      "a secret's name",
      { web: { ...web, secrets: { A: "/hello/{pr}" } } },
      {},
      /services\.web\.secrets\.A: has \{pr\}/,
    ],
    [
      "a name",
      { web: { ...web, secrets: { A: { fromSecret: "hello/{tag}" } } } },
      {},
      /secrets\.A: has \{tag\}, which stands for nothing in a name: \{stack\} can stand in names/,
    ],
    [
      "a name, misspelled",
      { web: { ...web, env: { A: { fromSsm: "/hello/{stak}" } } } },
      {},
      /env\.A: has \{stak\}, which stands for nothing \(did you mean "stack"\?\)/,
    ],
    [
      "an ARN",
      { web: { ...web, statements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::{host}"] }] } },
      {},
      /statements\.0\.resources\.0: .*has \{host\}, which stands for nothing in a name/,
    ],
    [
      "a job of no service",
      { web },
      { "moorage:jobs": { tidy: { image: "tidy:1", env: { A: "{url}" } } } },
      /jobs\.tidy\.env\.A: has \{url\}, but the job tidy is of no service/,
    ],
    [
      "a job of a worker",
      { worker },
      { "moorage:jobs": { tidy: { service: "worker", command: ["{url}"] } } },
      /jobs\.tidy\.command\.0: .*has \{url\}, but worker is a worker/,
    ],
    [
      "a migration",
      { worker },
      { "moorage:migrate": { command: ["up", "{host}"] } },
      /migrate\.command\.1: .*has \{host\}, but worker is a worker/,
    ],
    [
      "what all previews have",
      { web, worker },
      { "moorage:preview": { env: { A: "{url}" } } },
      /preview\.env\.A: has \{url\}, but every service is given it, and worker is a worker/,
    ],
    [
      "a preview's worker",
      { web, worker },
      { "moorage:preview": { services: { worker: { env: { A: "{host}" } } } } },
      /preview\.services\.worker\.env\.A: has \{host\}/,
    ],
  ])("in %s are a mistake", (_what, services, changes, message) => {
    expect(() => parse(services, changes)).toThrow(message);
  });

  it("do not refuse what has braces of its own", () => {
    const env = { A: "{stackk}", B: '{"pr":1}', C: "${pr}", D: "{{pr}}", E: "{{host}}", F: "{name}" };
    const statements = [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::b/${aws:username}/{id}/*"] }];
    const on = { source: "app", detail: { path: ["/{id}/{tag}"] } };
    const jobs = { tidy: { service: "worker", command: ["x"], on } };
    expect(() => parse({ worker: { ...worker, env, statements } }, { "moorage:jobs": jobs })).not.toThrow();
  });

  it("are allowed where they stand for something", () => {
    const jobs = { tidy: { service: "web", command: ["{url}", "{tag}"], env: { A: "{host}" } } };
    const preview = { env: { A: "{pr} {url}" }, services: { web: { secrets: { B: "/hello/{pr}/b" } } } };
    const services = { web: { ...web, env: { A: "{stack} {tag} {host} {url}" } } };
    expect(() => parse(services, { "moorage:jobs": jobs, "moorage:preview": preview })).not.toThrow();
  });
});

describe("16.1: placeholders in names", () => {
  const raw = {
    "moorage:app": "{stack}",
    "moorage:services": {
      web: {
        hosts: ["{stack}-web.{domain}"],
        env: { A: { fromCfn: "orders-{stack}" }, B: "arn:aws:x:::{stack}" },
        secrets: { C: "/hello/{stack}/c", D: "arn:aws:ssm:r:1:parameter/{stack}" },
        statements: [{ resources: ["arn:aws:s3:::uploads-{stack}/*"] }],
        autoscaling: { queue: { name: "orders-{stack}" } },
      },
    },
    "moorage:jobs": { tidy: { on: { bus: "{stack}", detail: { a: ["{stack}"] } }, command: ["{stack}"] } },
    "moorage:alarms": { topics: ["arn:aws:sns:r:1:{stack}"] },
    "moorage:preview": { services: { web: { secrets: { C: "/hello/{stack}/{pr}" } } } },
  };

  it("are filled for a stack; hosts and the app's own texts have their own time", () => {
    expect(withStackNames(raw, "pr-42")).toEqual({
      "moorage:app": "{stack}",
      "moorage:services": {
        web: {
          hosts: ["{stack}-web.{domain}"],
          env: { A: { fromCfn: "orders-pr-42" }, B: "arn:aws:x:::{stack}" },
          secrets: { C: "/hello/pr-42/c", D: "arn:aws:ssm:r:1:parameter/pr-42" },
          statements: [{ resources: ["arn:aws:s3:::uploads-pr-42/*"] }],
          autoscaling: { queue: { name: "orders-pr-42" } },
        },
      },
      "moorage:jobs": { tidy: { on: { bus: "pr-42", detail: { a: ["pr-42"] } }, command: ["{stack}"] } },
      "moorage:alarms": { topics: ["arn:aws:sns:r:1:pr-42"] },
      "moorage:preview": { services: { web: { secrets: { C: "/hello/pr-42/42" } } } },
    });
  });

  const yaml = `name: hello
runtime: nodejs
backend: { url: "file:///state" }
config:
  aws:region: { value: us-east-1 }
  moorage:app: { value: hello }
  moorage:registry: { value: registry.example.com }
  moorage:foundation: { value: foundation-dev }
`;
  const folder = async (dev: string) => {
    const path = await mkdtemp(join(tmpdir(), "moorage-placeholders-"));
    onTestFinished(() => rm(path, { recursive: true }));
    await writeFile(join(path, "Pulumi.yaml"), yaml);
    await writeFile(join(path, "Pulumi.dev.yaml"), `config:\n${dev}`);
    return path;
  };

  it("are the stack's for the driver as well: an environment's, and a preview's of the same file", async () => {
    const path = await folder(
      '  moorage:services: { web: { repository: hello, port: 8080, env: { A: { fromSsm: "/hello/{stack}/a" } } } }\n',
    );
    const dev = (await readEnvironment(path, "dev")).request.config.services["web"]?.env["A"];
    const preview = (await readPreview(path, "42")).request.config.services["web"]?.env["A"];
    expect(dev).toContain('"/hello/dev/a"');
    expect(preview).toContain('"/hello/pr-42/a"');
  });

  it("that stand for nothing are told with their line", async () => {
    const path = await folder(
      "  moorage:services:\n    web:\n      repository: hello\n      port: 8080\n      env:\n        A: 'x{pr}'\n",
    );
    const error = await readEnvironment(path, "dev").then(
      () => undefined,
      (failure: unknown) => failure as MoorageError,
    );
    expect(error?.code).toBe("config-invalid");
    expect(error?.places).toMatchObject([{ file: join(path, "Pulumi.dev.yaml"), line: 7 }]);
  });
});
