import { describe, expect, it } from "vitest";
import { digestA, foundation, oneService, run } from "./program.js";

const web = { repository: "hello", port: 8080 };
const api = { repository: "hello-api", port: 5000 };
const listenerRule = "aws:lb/listenerRule:ListenerRule";

function configured(services: object, changes: Record<string, unknown> = {}) {
  const digests = Object.fromEntries(Object.keys(services).map((name) => [name, digestA]));
  return oneService({ "moorage:services": services, "moorage:digests": digests, ...changes });
}

describe("services with hosts of their own", () => {
  const services = {
    web: { ...web, hosts: ["www.example.org", "example.org"] },
    api: { ...api, hosts: "{stack}-api.{domain}" },
  };

  it("share a path, and have URLs of their own", async () => {
    const { find, outputs } = await run({
      stack: "dev",
      config: configured(services),
      listener: { protocol: "HTTPS", port: 443 },
    });
    expect(find(listenerRule, "web-rule")["conditions"]).toEqual([
      { hostHeader: { values: ["example.org", "www.example.org"] } },
      { pathPattern: { values: ["/*"] } },
    ]);
    expect(find(listenerRule, "api-rule")["conditions"]).toEqual([
      { hostHeader: { values: ["dev-api.localhost"] } },
      { pathPattern: { values: ["/*"] } },
    ]);
    // Nobody has the stack's own host: the first by name of those with the widest paths stands for it.
    expect(outputs).toMatchObject({
      url: "https://dev-api.localhost/",
      urls: { web: "https://www.example.org/", api: "https://dev-api.localhost/" },
    });
  });

  it("are in a preview below its own label, and the stack's URL is that of a service without a host", async () => {
    const config = configured({ web, api: { ...api, hosts: ["api.example.org"] } });
    const { find, outputs } = await run({ stack: "pr-7", config });
    expect(find(listenerRule, "web-rule")["conditions"]).toMatchObject([
      { hostHeader: { values: ["pr-7.localhost"] } },
      {},
    ]);
    expect(find(listenerRule, "api-rule")["conditions"]).toMatchObject([
      { hostHeader: { values: ["pr-7-api.localhost"] } },
      {},
    ]);
    expect(outputs).toMatchObject({
      url: "http://pr-7.localhost:8080/",
      urls: { web: "http://pr-7.localhost:8080/", api: "http://pr-7-api.localhost:8080/" },
    });
  });

  it("on a target that stands in for AWS are below its domain", async () => {
    const { find } = await run({
      stack: "dev",
      config: configured(services, { "moorage:hostsBelow": "localhost" }),
    });
    expect(find(listenerRule, "web-rule")["conditions"]).toMatchObject([
      { hostHeader: { values: ["example.org.localhost", "www.example.org.localhost"] } },
      {},
    ]);
  });

  it("end the program with a sentence where a host cannot be", async () => {
    const config = configured(
      { web: { ...web, hosts: ["{stack}.{domain}"] } },
      { "moorage:foundation": { ...foundation, domain: undefined } },
    );
    await expect(run({ stack: "dev", config })).rejects.toThrow(/web: \{stack\}\.\{domain\} needs a domain/);
  });
});

describe("what else listener rules do", () => {
  it("conditions stand beside host and path, in one order", async () => {
    const match = {
      headers: { "X-Version": ["2"], "X-Admin": "yes" },
      query: { debug: "1" },
    };
    const first = await run({ stack: "dev", config: configured({ web: { ...web, match } }) });
    const turned = { ...match, headers: { "X-Admin": "yes", "X-Version": ["2"] } };
    const second = await run({ stack: "dev", config: configured({ web: { ...web, match: turned } }) });
    expect(first.find(listenerRule)["conditions"]).toEqual([
      { hostHeader: { values: ["dev.localhost"] } },
      { pathPattern: { values: ["/*"] } },
      { httpHeader: { httpHeaderName: "X-Admin", values: ["yes"] } },
      { httpHeader: { httpHeaderName: "X-Version", values: ["2"] } },
      { queryStrings: [{ key: "debug", value: "1" }] },
    ]);
    expect(second.find(listenerRule)).toEqual(first.find(listenerRule));
    const narrow = { methods: ["POST", "GET"], sourceIps: ["10.0.0.0/8"] };
    const third = await run({ stack: "dev", config: configured({ web: { ...web, match: narrow } }) });
    expect(third.find(listenerRule)["conditions"]).toMatchObject([
      {},
      {},
      { httpRequestMethod: { values: ["GET", "POST"] } },
      { sourceIp: { values: ["10.0.0.0/8"] } },
    ]);
  });

  const answering = {
    ...web,
    redirects: [
      { path: "/old/*", to: "/new", status: 302 },
      { path: "/*", hosts: ["example.org"], to: "https://www.example.org" },
    ],
    fixed: [{ path: "/robots.txt", status: 200, body: "Disallow: /" }],
  };

  /** The main rule, then redirects as they are written, then fixed answers. */
  function rank({ name, inputs }: { name: string; inputs: Record<string, unknown> }): number {
    if (name === "web-rule") return 0;
    if (name.startsWith("web-fixed")) return 3;
    return JSON.stringify(inputs).includes("/new") ? 1 : 2;
  }

  it("redirects and fixed answers are rules of their own, with priorities of their own", async () => {
    const config = configured({ web: answering });
    const { declared } = await run({ stack: "dev", config });
    const rules = declared
      .filter(({ type }) => type === listenerRule)
      .sort((one, other) => rank(one) - rank(other));
    expect(rules.map(({ name }) => name.replace(/-[a-z0-9]{8}$/, ""))).toEqual([
      "web-rule",
      "web-redirect",
      "web-redirect",
      "web-fixed",
    ]);
    expect(rules.slice(1).map(({ inputs }) => inputs["actions"])).toEqual([
      [{ type: "redirect", redirect: { path: "/new", statusCode: "HTTP_302" } }],
      [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", host: "www.example.org", port: "443", statusCode: "HTTP_301" },
        },
      ],
      [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", statusCode: "200", messageBody: "Disallow: /" },
        },
      ],
    ]);
    const [, old] = rules.map(({ name }) => name.replace("web-", "web/"));
    const priorities = { web: 9, [old ?? ""]: 5 };
    const second = await run({ stack: "dev", config: { ...config, "moorage:priorities": priorities } });
    expect(second.find(listenerRule, old?.replace("/", "-"))["priority"]).toBe(5);
    expect(second.outputs["services"]).toMatchObject([{ priority: 9, rulePriorities: { [old ?? ""]: 5 } }]);
  });

  it("keep their priorities under the plain CLI, which is told none", async () => {
    const {
      "moorage:imageTag": _tag,
      "moorage:digests": _digests,
      ...untold
    } = configured({ web: answering });
    const { declared } = await run({ stack: "dev", config: configured({ web: answering }) });
    const name = declared.find((one) => one.name.startsWith("web-fixed"))?.name ?? "";
    const key = name.replace("web-", "web/");
    const services = [{ name: "web", digest: digestA, priority: 7, rulePriorities: { [key]: 3 } }];
    const last = { imageTag: "v1", listener: foundation.listener, services };
    const { find } = await run({ stack: "dev", config: untold, stacks: { "organization/hello/dev": last } });
    expect(find(listenerRule, name)["priority"]).toBe(3);
  });

  it("in a preview those of the environment's own hosts are left out", async () => {
    const { declared } = await run({ stack: "pr-7", config: configured({ web: answering }) });
    const rules = declared.filter(({ type }) => type === listenerRule);
    expect(
      rules.map(({ inputs }) => (inputs["conditions"] as { hostHeader: unknown }[])[0]?.hostHeader),
    ).toEqual(Array.from({ length: 3 }, () => ({ values: ["pr-7.localhost"] })));
  });
});

describe("a redirect to https at its own host", () => {
  const redirects = [{ path: "/old/*", to: "https://#{host}/old" }];
  const deployed = (listener: { protocol: string; port: number }, changes = {}) =>
    run({
      stack: "dev",
      listener,
      config: configured({ web: { ...web, path: "/new/*", redirects } }, changes),
    });

  it("never ends behind HTTPS, and is refused", async () => {
    const message = /services\.web\.redirects\.0\.to leads to where its own rule sends it away again/;
    await expect(deployed({ protocol: "HTTPS", port: 443 })).rejects.toThrow(message);
    const standIn = { "moorage:hostsBelow": "localhost" };
    await expect(deployed({ protocol: "HTTP", port: 80 }, standIn)).rejects.toThrow(message);
  });

  it("that leads to one that leads back never ends behind HTTPS, and is refused", async () => {
    const there = [
      { path: "/a", to: "https://#{host}/b" },
      { path: "/b", to: "/a" },
    ];
    const services = { web: { ...web, path: "/new/*", redirects: there } };
    const at = (protocol: string, port: number) =>
      run({ stack: "dev", listener: { protocol, port }, config: configured(services) });
    await expect(at("HTTPS", 443)).rejects.toThrow(
      /web\.redirects\.\d\.to leads in a circle that never ends/,
    );
    await expect(at("HTTP", 80)).resolves.toBeDefined();
  });

  it("leads to another listener behind HTTP", async () => {
    await expect(deployed({ protocol: "HTTP", port: 80 })).resolves.toBeDefined();
  });
});
