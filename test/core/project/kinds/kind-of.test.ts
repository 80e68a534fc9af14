import { expect, it } from "vitest";
import { kindOf, serviceKinds, wantedRules } from "../../../../src/core/project/kinds/kind-of.js";
import { web } from "../../../../src/core/project/kinds/web.js";
import { worker } from "../../../../src/core/project/kinds/worker.js";
import { parseConfig } from "../../../../src/core/project/parse.js";

const { services } = parseConfig(
  {
    "moorage:app": "hello",
    "moorage:registry": "111111111111.dkr.ecr.us-east-1.amazonaws.com",
    "moorage:foundation": "foundation-dev",
    "moorage:services": {
      web: { repository: "hello", port: 8080 },
      api: { repository: "hello-api", port: 5000, path: ["/api/*", "/v2/*"] },
      mail: { repository: "hello-mail" },
    },
  },
  "Pulumi.dev.yaml",
);

it("structure c: a service behind the load balancer is a web service, and its kind says what follows", () => {
  const { api } = services;
  if (api === undefined) throw new Error("There is no service api");
  const kind = kindOf(api);
  expect(kind).toBe(web);
  expect(kind.pathsOf(api)).toEqual(["/api/*", "/v2/*"]);
  expect(kind.containerOf(api)).toEqual({ variables: { PORT: "5000" }, ports: [5000] });
  expect(kind.shapeOf(api)).toEqual({ path: ["/api/*", "/v2/*"], port: 5000, protocol: "HTTP" });
});

it("structure c: the rules that an app wants are those of its kinds", () => {
  expect(wantedRules({ services })).toEqual([
    { service: "web", paths: ["/*"] },
    { service: "api", paths: ["/api/*", "/v2/*"] },
  ]);
});

it("structure c: another kind is one more file in the list, and the first that fits is a service's own", () => {
  const silent = {
    ...web,
    fits: () => true,
    pathsOf: () => [],
    containerOf: () => ({ variables: {}, ports: [] }),
  };
  expect(kindOf({}, [...serviceKinds, silent])).toBe(silent);
  expect(kindOf({ port: 8080 }, [...serviceKinds, silent])).toBe(web);
  expect(() => kindOf({})).toThrow(/no kind/);
});

it("a service without a port is a worker: nothing leads to it", () => {
  const { mail } = services;
  if (mail === undefined) throw new Error("There is no service mail");
  const kind = kindOf(mail);
  expect(kind).toBe(worker);
  expect(kind.pathsOf(mail)).toEqual([]);
  expect(kind.containerOf(mail)).toEqual({ variables: {}, ports: [] });
  expect(kind.shapeOf(mail)).toEqual({ kind: "worker" });
});
