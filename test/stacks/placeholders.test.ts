import { describe, expect, it } from "vitest";
import { digestA, digestB, oneService, run, type Setting } from "./program.js";

interface Container {
  name: string;
  environment: { name: string; value: string }[];
  command?: string[];
}

const texts = {
  A: "{stack}|{tag}|{host}|{url}",
  JSON: '{"stack":1,"url":"{url}"}',
  KEPT: "${stack} {{stack}} {name} {{.Tag}}",
};
const web = { repository: "hello", port: 8080, env: texts };

async function declare(services: object, changes: Record<string, unknown> = {}, more: Partial<Setting> = {}) {
  const config = oneService({ "moorage:services": services, ...changes });
  const ran = await run({ stack: "dev", ...more, config });
  const containers = (task: string): Container[] =>
    JSON.parse(
      String(ran.find("aws:ecs/taskDefinition:TaskDefinition", task)["containerDefinitions"]),
    ) as Container[];
  const valuesOf = (task: string, index = 0) =>
    Object.fromEntries((containers(task)[index]?.environment ?? []).map(({ name, value }) => [name, value]));
  return { ...ran, containers, valuesOf };
}

describe("16.1: placeholders", () => {
  it("in variables stand for the stack, the tag, the host and the URL that the stack exports", async () => {
    const { valuesOf, outputs } = await declare(
      { web },
      { "moorage:host": "hello.example.com" },
      { listener: { protocol: "HTTP", port: 8080 } },
    );
    const url = (outputs["urls"] as Record<string, string>)["web"] ?? "";
    expect(url).toBe("http://hello.example.com:8080/");
    expect(valuesOf("web-task")).toMatchObject({
      A: `dev|sha-0123456789ab|hello.example.com|${url}`,
      JSON: `{"stack":1,"url":"${url}"}`,
      KEPT: "${stack} {stack} {name} {{.Tag}}",
    });
  });

  it("{tag} is of the service's own release: one that keeps its image keeps its text", async () => {
    const api = { repository: "api", port: 5000, path: "/api/*", command: ["serve", "{tag}", "{url}"] };
    const nginx = { repository: "nginx", env: { A: "{tag}" } };
    const beside = { env: { A: "{tag}" }, command: ["x{tag}"] };
    const { containers } = await declare(
      { web: { ...web, sidecars: { nginx, beside } }, api },
      {
        "moorage:digests": { web: digestA, api: digestB, "web/nginx": digestB },
        "moorage:imageTags": { api: "sha-aaaaaaaaaaaa", "web/nginx": "sha-bbbbbbbbbbbb" },
      },
    );
    expect(containers("api-task")[0]?.command).toEqual([
      "serve",
      "sha-aaaaaaaaaaaa",
      expect.stringMatching(/^https?:\/\/dev\.localhost.*\/api\/$/),
    ]);
    const [, first, second] = containers("web-task");
    expect(first).toMatchObject({ name: "beside", command: ["xsha-0123456789ab"] });
    expect(second?.environment).toContainEqual({ name: "A", value: "sha-bbbbbbbbbbbb" });
  });

  it("{host} is the first that the service names; a job of it has it, in its own and in inherited texts", async () => {
    const hosts = ["{stack}-shop.{domain}", "a.example.com"];
    const jobs = { tidy: { service: "web", command: ["tidy", "{host}"], env: { MINE: "{tag}" } } };
    const { valuesOf, containers } = await declare({ web: { ...web, hosts } }, { "moorage:jobs": jobs });
    expect(containers("tidy-task")[0]?.command).toEqual(["tidy", "dev-shop.localhost"]);
    expect(valuesOf("tidy-task")).toMatchObject({ MINE: "sha-0123456789ab", A: valuesOf("web-task")["A"] });
  });

  it("in a preview are its own, {pr} too", async () => {
    const preview = { env: { PR: "{pr}" }, services: { web: { env: { DB: "app_{pr}_{stack}" } } } };
    const { valuesOf } = await declare({ web }, { "moorage:preview": preview }, { stack: "pr-42" });
    expect(valuesOf("web-task")).toMatchObject({
      PR: "42",
      DB: "app_42_pr-42",
      A: expect.stringMatching(/^pr-42\|sha-0123456789ab\|pr-42\.localhost\|https?:\/\/pr-42\.localhost/),
    });
  });

  it("in an event's texts leave its own alone", async () => {
    const on = { source: "aws.s3", input: { key: "$.detail.object.key" } };
    const jobs = { take: { service: "web", command: ["take", "<key>", "{stack}"], on } };
    const { find } = await declare({ web: { ...web, env: {} } }, { "moorage:jobs": jobs });
    const target = find("aws:cloudwatch/eventTarget:EventTarget");
    expect(target["inputTransformer"]).toMatchObject({
      inputTemplate: '{"containerOverrides":[{"name":"take","command":["take",<key>,"dev"]}]}',
    });
  });

  it("in names are filled before they are looked up; in what is found they are left alone", async () => {
    const env = { TABLE: { fromSsm: "/hello/{stack}/table" }, QUEUE: { fromCfn: "queue-{stack}" } };
    const kept = {
      "aws:ssm/getParameter:getParameter": {
        "/hello/dev/table": { arn: "arn:x", type: "String", value: "{tag} {{url}}", insecureValue: "" },
      },
      "aws:cloudformation/getExport:getExport": { "queue-dev": { value: "https://queue" } },
    };
    const { valuesOf, outputs } = await declare({ web: { ...web, env } }, {}, { kept });
    expect(valuesOf("web-task")).toMatchObject({ TABLE: "{tag} {{url}}", QUEUE: "https://queue" });
    expect(outputs["references"]).toMatchObject({ "fromCfn queue-dev": "https://queue" });
  });

  it("that stand for nothing are refused by the program too, as under the plain CLI", async () => {
    await expect(declare({ web: { ...web, env: { A: "{pr}" } } })).rejects.toThrow(
      /services\.web\.env\.A: has \{pr\}/,
    );
  });
});
