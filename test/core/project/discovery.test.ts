import { describe, expect, it } from "vitest";
import { parseConfig } from "../../../src/core/project/parse.js";
import { tuneForPreview } from "../../../src/core/project/preview.js";
import { jobsOf } from "../../../src/core/project/jobs.js";
import { isSameShape } from "../../../src/features/deploy/rollback/good-config.js";

const registry = "arn:aws:servicediscovery:us-east-1:111111111111:service/srv-0123456789abcdef";
const discovery = { registry, ingress: ["10.0.0.0/16"] };
const web = { port: 8080 };

function parse(services: Record<string, object>, changes: Record<string, unknown> = {}) {
  const named = Object.entries(services).map(([name, settings]) => [name, { repository: name, ...settings }]);
  return parseConfig(
    {
      "moorage:app": "hello",
      "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
      "moorage:foundation": "foundation-dev",
      "moorage:services": Object.fromEntries(named) as object,
      ...changes,
    },
    "Pulumi.dev.yaml",
  );
}

describe("a service that callers outside of the stack find by DNS", () => {
  it("is behind the load balancer or not, with connect or without", () => {
    const { services } = parse({
      web: { ...web, discovery },
      api: { kind: "internal", port: 5000, discovery: { ...discovery, record: "SRV" } },
      pdf: { kind: "internal", port: 5000, discovery, connect: { ingress: ["web"] } },
    });
    expect(services["web"]).toMatchObject({ kind: "web", discovery: { ...discovery, record: "A" } });
    expect(services["api"]).toMatchObject({ kind: "internal", discovery: { ...discovery, record: "SRV" } });
    expect(services["api"]).not.toHaveProperty("connect.ingress");
    expect(services["pdf"]).toMatchObject({ discovery, connect: { ingress: ["web"] } });
  });

  it("may let its callers in by a further security group, or by none of its own where it names theirs", () => {
    const api = { kind: "internal", port: 5000, discovery: { registry }, securityGroups: ["sg-api"] };
    expect(parse({ api }).services["api"]).toMatchObject({ discovery: { registry, ingress: [] } });
  });

  it.each<[string, object, RegExp]>([
    [
      "a word",
      { web: { ...web, discovery: "dns" } },
      /services.web.discovery: found "?dns"?; must be an object such as \{ registry: arn:/,
    ],
    [
      "no registry",
      { web: { ...web, discovery: { ingress: ["10.0.0.0/16"] } } },
      /discovery.registry: is missing/,
    ],
    [
      "a namespace",
      {
        web: {
          ...web,
          discovery: { ...discovery, registry: registry.replace("service/srv", "namespace/ns") },
        },
      },
      /discovery.registry: .*the ARN of a service of Cloud Map/,
    ],
    [
      "another record",
      { web: { ...web, discovery: { ...discovery, record: "AAAA" } } },
      /discovery.record: .*must be one of A, SRV/,
    ],
    [
      "a caller that is a security group",
      { web: { ...web, discovery: { registry, ingress: ["sg-clients"] } } },
      /discovery.ingress.*a range of IPv4 addresses.*let in by a group in `securityGroups`/,
    ],
    [
      "everybody",
      { web: { ...web, discovery: { registry, ingress: ["0.0.0.0/0"] } } },
      /discovery.ingress.*a range of IPv4 addresses such as 10.0.0.0\/16, of \/8 or smaller/,
    ],
    [
      "nobody let in",
      { web: { ...web, discovery: { registry } } },
      /services.web.discovery.ingress: must name the addresses that may call it/,
    ],
    ["a worker", { mailer: { discovery } }, /services.mailer.discovery: .*a worker has no port/],
    [
      "an internal service that nobody finds",
      { api: { kind: "internal", port: 5000 } },
      /services.api.connect.ingress: is missing: list the services that may call it/,
    ],
  ])("%s is a mistake that says so", (_title, services, message) => {
    expect(() => parse(services as Record<string, object>)).toThrow(message);
  });

  it("keeps its name from previews and jobs, whose tasks would answer to it", () => {
    const config = parse(
      { api: { kind: "internal", port: 5000, discovery } },
      { "moorage:jobs": { gc: { service: "api", command: ["gc"] } } },
    );
    expect(tuneForPreview(config).services["api"]).toMatchObject({ kind: "internal", discovery: undefined });
    expect(jobsOf(config)[0]?.task).not.toHaveProperty("discovery");
  });

  it("is of another shape with another registry or record, and of the same with other callers", () => {
    const shaped = (changes: object) => parse({ web: { ...web, discovery: { ...discovery, ...changes } } });
    const now = shaped({});
    expect(isSameShape(now, shaped({ ingress: ["10.1.0.0/16"] }))).toBe(true);
    expect(isSameShape(now, shaped({ record: "SRV" }))).toBe(false);
    expect(isSameShape(now, shaped({ registry: registry.replace("srv-0", "srv-1") }))).toBe(false);
  });
});
