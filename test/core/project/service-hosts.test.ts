import { describe, expect, it } from "vitest";
import {
  coversHost,
  type StackPlace,
  stackPlaceOf,
  resolveHosts,
} from "../../../src/core/project/service-hosts.js";
import { parseConfig } from "../../../src/core/project/parse.js";
import { tuneForPreview } from "../../../src/core/project/preview.js";
import { redirectTarget } from "../../../src/core/project/rule-schema.js";

const web = { repository: "hello", port: 8080 };

function parsed(services: Record<string, object>, changes: Record<string, unknown> = {}) {
  const raw = {
    "moorage:app": "hello",
    "moorage:registry": "registry.example.com",
    "moorage:foundation": "foundation-dev",
    "moorage:services": services,
    ...changes,
  };
  return parseConfig(raw, "Pulumi.dev.yaml");
}

const place: StackPlace = {
  stack: "dev",
  domain: "dev.example.com",
  host: "dev.dev.example.com",
  below: undefined,
};

describe("a service's hosts", () => {
  it("are the stack's own where it names none, else as written, with stack and domain filled in", () => {
    expect(resolveHosts(undefined, place)).toEqual(["dev.dev.example.com"]);
    expect(resolveHosts(["www.example.org", "{stack}-api.{domain}"], place)).toEqual([
      "dev-api.dev.example.com",
      "www.example.org",
    ]);
  });

  it("of the team's own are put below the domain of a foundation that stands in for the configured one", () => {
    const local = { ...place, domain: "localhost", below: "localhost" };
    expect(resolveHosts(["www.example.org", "{stack}-api.{domain}"], local)).toEqual([
      "dev-api.localhost",
      "www.example.org.localhost",
    ]);
  });

  it("need a domain where they say so, and room for DNS and a listener rule", () => {
    expect(() => resolveHosts(["{stack}.{domain}"], { ...place, domain: undefined })).toThrow(
      /needs a domain/,
    );
    const long = `${"a".repeat(60)}.${"b".repeat(60)}.example.com`;
    expect(() => resolveHosts(["{stack}-api.{domain}"], { ...place, domain: long })).toThrow(
      /is no host name/,
    );
    expect(() => resolveHosts(undefined, { ...place, host: undefined })).toThrow(/No host is known for dev/);
  });

  it("are in previews one label of the preview's own, which a wildcard certificate covers", () => {
    const services = {
      web: { ...web, hosts: "www.example.org" },
      api: { ...web, hosts: ["api.example.org", "{stack}-v2.{domain}"] },
      admin: { ...web, hosts: ["admin.example.org"] },
      plain: web,
    };
    const preview = { services: { admin: { hosts: ["{stack}-back-office.{domain}"] } } };
    const tuned = tuneForPreview(parsed(services, { "moorage:preview": preview })).services;
    const hosts = Object.values(tuned).map((service) => (service.kind === "web" ? service.hosts : undefined));
    expect(hosts).toEqual([
      ["{stack}-web.{domain}"],
      ["{stack}-v2.{domain}"],
      ["{stack}-back-office.{domain}"],
      undefined,
    ]);
    const pr = stackPlaceOf("pr-7", { preview: { domain: "preview.example.com" } }, { below: undefined });
    const [host = ""] = resolveHosts(["{stack}-web.{domain}"], pr);
    expect(host).toBe("pr-7-web.preview.example.com");
    expect(coversHost("*.preview.example.com", host)).toBe(true);
  });

  it("adoption A4: of several apps below one domain are never another's, whatever their services are called", () => {
    const hostsOf = (suffix: string | undefined, stack: string) => {
      const place = stackPlaceOf(stack, { preview: {} }, { domain: "example.com", suffix, below: undefined });
      const templates = ["{stack}.{domain}", "{stack}-api.{domain}", "{stack}-hello-api.{domain}"];
      return resolveHosts(templates, place);
    };
    const apps = [undefined, "hello", "api", "hello-api", "api-hello", "pr-7"];
    const all = apps.flatMap((app) =>
      ["dev", "dev-api", "pr-7"].map((stack) => ({ app, hosts: hostsOf(app, stack) })),
    );
    for (const { app, hosts } of all) {
      const others = all.filter((one) => one.app !== app).flatMap((one) => one.hosts);
      expect(hosts.filter((host) => others.includes(host))).toEqual([]);
      for (const host of hosts) {
        expect(new URL(`http://${host}`).hostname).toBe(host);
        expect(coversHost("*.example.com", host)).toBe(true);
      }
    }
    expect(hostsOf("hello", "pr-7")).toContain("pr-7-api--hello.example.com");
  });

  it("F51: of previews begin with the preview's own name, whatever a pull request writes", () => {
    for (const host of [
      "www.example.org",
      "pr-8.{domain}",
      "x-{stack}.{domain}",
      "{stack}.evil.{domain}",
      "{stack}8.{domain}",
    ]) {
      const preview = { services: { web: { hosts: [host] } } };
      expect(() => parsed({ web }, { "moorage:preview": preview })).toThrow(
        /preview\.services\.web\.hosts\.0: .*must be one label that begins with the stack's name/,
      );
    }
  });
});

it.each([
  ["*.example.com", "a.example.com", true],
  ["*.example.com", "a.b.example.com", false],
  ["*.example.com", "example.com", false],
  ["example.com", "example.com", true],
  ["Example.com", "example.com", true],
  ["example.com", "a.example.com", false],
])("a certificate for %s and the host %s: %s", (name, host, covered) => {
  expect(coversHost(name, host)).toBe(covered);
});

describe("one host and path, one service", () => {
  it("two services may share a path where their hosts differ", () => {
    const services = {
      web: { ...web, hosts: ["a.example.org"] },
      api: { ...web, hosts: ["b.example.org"] },
      old: web,
    };
    expect(Object.keys(parsed(services).services)).toEqual(["web", "api", "old"]);
  });

  it.each([
    [
      { web: { ...web, hosts: ["a.example.org"] }, api: { ...web, hosts: ["a.example.org"] } },
      {},
      /services\.api\.path: found "\/\*"; service "web" has it at the same host/,
    ],
    [
      { web, api: { ...web, hosts: ["{stack}.{domain}"] } },
      {},
      /services\.api\.path: .*"web" has it at the same host/,
    ],
    [
      { web, api: { ...web, hosts: ["www.example.org"] } },
      { "moorage:host": "www.example.org" },
      /services\.api\.path/,
    ],
    [
      { web: { ...web, hosts: ["a.example.org"] }, api: { ...web, hosts: ["b.example.org"] } },
      {
        "moorage:preview": {
          services: { web: { hosts: ["{stack}.{domain}"] }, api: { hosts: ["{stack}.{domain}"] } },
        },
      },
      /preview\.services\.api\.hosts: .*service "web" has it at the same host/,
    ],
    [
      { web: { ...web, fixed: [{ path: "/*", status: 503 }] } },
      {},
      /services\.web\.fixed\.0\.path: .*answered by another rule/,
    ],
    [
      {
        web: {
          ...web,
          redirects: [
            { path: "/a", to: "/b" },
            { path: "/a", to: "/c" },
          ],
        },
      },
      {},
      /redirects\.1\.path/,
    ],
  ])("%o is a mistake", (services, changes, message) => {
    expect(() => parsed(services, changes)).toThrow(message);
  });

  it("conditions tell requests of one path apart", () => {
    const match = { headers: { "X-Version": "2" } };
    expect(() => parsed({ web, next: { ...web, match } })).not.toThrow();
    expect(() => parsed({ web, next: { ...web, match }, more: { ...web, match } })).toThrow(
      /services\.more\.path/,
    );
  });
});

describe("what a listener rule takes", () => {
  it.each([
    [{ hosts: ["A.example.org"] }, /hosts\.0: .*must be a host name in lower case/],
    [{ hosts: ["{pr}.example.org"] }, /hosts/],
    [
      { hosts: ["a.b", "b.b", "c.b", "d.b"], path: "/a/*" },
      /path: makes 6 values of hosts, paths and `match`, and a rule holds 5/,
    ],
    [
      { match: { sourceIps: ["10.0.0.0/8", "11.0.0.0/8", "12.0.0.0/8", "13.0.0.0/8"] } },
      /path: makes 6 values/,
    ],
    [{ match: { headers: { A: "*?*?*?" } } }, /path: makes 7 wildcards, and a rule holds 5/],
    [{ match: {} }, /match: .*must name headers, query, methods or sourceIps/],
    [{ match: { headers: { Host: "a" } } }, /match\.headers\.Host: .*what `hosts` are for/],
    [{ match: { headers: { ["X".repeat(41)]: "a" } } }, /at most 40 characters/],
    [{ match: { headers: { A: "x".repeat(129) } } }, /at most 128 characters/],
    [{ match: { headers: { A: { secure: "v1:abc" } } } }, /headers\.A: .*no secret can be one/],
    [{ match: { methods: ["get"] } }, /methods\.0: .*in capitals/],
    [{ match: { sourceIps: ["10.0.0.1"] } }, /sourceIps\.0: .*must be a network/],
    [{ match: { sourceIps: ["10.0.0.0/33"] } }, /sourceIps\.0/],
    [{ redirects: [{ path: "/a", to: "b" }] }, /redirects\.0\.to: .*must be a path such as \/new, or a URL/],
    [{ redirects: [{ path: "/a", to: "/b", status: 307 }] }, /redirects\.0\.status: .*must be 301/],
    [{ redirects: [{ path: "/a/*", to: "/a/b" }] }, /redirects\.0\.to: .*its own rule sends it away again/],
    [{ redirects: [{ path: "/a", to: "/#{path}" }] }, /redirects\.0\.to/],
    // `/a/*` is the rule of `/a` too.
    [{ redirects: [{ path: "/a/*", to: "/a" }] }, /redirects\.0\.to: .*its own rule sends it away again/],
    [
      { redirects: [{ path: "/a", hosts: ["a.b", "c.d"], to: "#{protocol}://a.b" }] },
      /redirects\.0\.to: .*its own rule sends it away again/,
    ],
    [{ fixed: [{ path: "/a", status: 301 }] }, /fixed\.0\.status: .*2xx, 4xx or 5xx/],
    [
      { fixed: [{ path: "/a", status: 200, body: "x".repeat(1025) }] },
      /fixed\.0\.body: .*at most 1024 characters/,
    ],
    [
      { fixed: [{ path: "/a", status: 200, contentType: "text/xml" }] },
      /fixed\.0\.contentType: .*must be one of/,
    ],
  ])("%o is a mistake", (settings, message) => {
    expect(() => parsed({ web: { ...web, ...settings } })).toThrow(message);
  });

  it.each<[string, object, RegExp]>([
    [
      "by paths",
      {
        redirects: [
          { path: "/a", to: "/b" },
          { path: "/b", to: "/a" },
        ],
      },
      /web\.redirects\.0\.to: .*leads in a circle that never ends \(.*\/a to .*\/b to .*\/a\)/,
    ],
    [
      "three of them",
      {
        redirects: [
          { path: "/a/*", to: "/b" },
          { path: "/b", to: "/c/#{path}" },
          { path: "/c/*", to: "/a/x" },
        ],
      },
      /leads in a circle/,
    ],
    [
      "by hosts",
      {
        redirects: [
          { path: "/*", hosts: ["a.example.org"], to: "#{protocol}://www.example.org" },
          { path: "/*", hosts: ["www.example.org"], to: "#{protocol}://a.example.org/#{path}" },
        ],
      },
      /\(a\.example\.org\/x to www\.example\.org\/x to a\.example\.org\/x\)|\(a\.example\.org\/ to/,
    ],
    [
      "with a path that grows",
      {
        redirects: [
          { path: "/a/*", to: "/b/#{path}" },
          { path: "/b/*", to: "/a/#{path}" },
        ],
      },
      /leads in a circle/,
    ],
  ])("redirects that lead to each other %s are a mistake, told once", (_title, settings, message) => {
    const refused = () => parsed({ web: { ...web, ...settings } });
    expect(refused).toThrow(message);
    expect(refused).not.toThrow(/in a circle[^]*in a circle/);
  });

  it("redirects of two services that lead to each other are a mistake", () => {
    const one = { ...web, path: "/one/*", redirects: [{ path: "/1", to: "/2" }] };
    const two = { ...web, path: "/two/*", redirects: [{ path: "/2", to: "/1" }] };
    expect(() => parsed({ one, two })).toThrow(/leads in a circle/);
  });

  it("a chain of redirects that ends is none, nor one that another rule answers", () => {
    const chain = [
      { path: "/a", to: "/b" },
      { path: "/b", to: "/c" },
    ];
    expect(parsed({ web: { ...web, redirects: chain } })).toBeDefined();
    const answered = [
      { path: "/a/*", to: "/b" },
      { path: "/b", to: "/a/index" },
    ];
    const api = { ...web, path: "/a/index" };
    expect(parsed({ web: { ...web, redirects: answered }, api })).toBeDefined();
  });

  it("a redirect to another port of the same host is none that its own rule catches", () => {
    const redirects = [{ path: "/a/*", to: "#{protocol}://#{host}:8443" }];
    expect(parsed({ web: { ...web, redirects } })).toBeDefined();
  });

  it("a worker has none of it", () => {
    expect(() =>
      parsed({ mail: { repository: "mail", hosts: ["a.b"], match: { methods: ["GET"] } } }),
    ).toThrow(/mail\.hosts: .*a worker gets no requests(.|\n)*mail\.match/);
  });
});

it.each([
  ["/new", { path: "/new" }],
  ["https://www.example.org", { protocol: "HTTPS", host: "www.example.org", port: "443" }],
  ["http://a.b:8080/x?y=1", { protocol: "HTTP", host: "a.b", port: "8080", path: "/x", query: "y=1" }],
  [
    "#{protocol}://new.#{host}:#{port}/#{path}?#{query}",
    { host: "new.#{host}", port: "#{port}", path: "/#{path}", query: "#{query}" },
  ],
  ["ftp://a.b", undefined],
  ["https://a.b:70000", undefined],
  [`/${"x".repeat(128)}`, undefined],
])("a redirect to %s", (to, target) => {
  expect(redirectTarget(to)).toEqual(target);
});
