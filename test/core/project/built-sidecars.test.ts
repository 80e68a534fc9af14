import { expect, it } from "vitest";
import { imagesIn } from "../../../src/core/project/jobs.js";
import { configSchema } from "../../../src/core/project/schema.js";
import { service } from "../../../src/core/project/service-schema.js";
import { touchedServices } from "../../../src/core/project/touched-services.js";
import { imageOrders } from "../../../src/features/build/orders.js";
import { foundation } from "../../stacks/program.js";

const nginx = { repository: "shop-nginx", build: { context: "proxy" } };

function config(sidecars: Record<string, unknown>, more: Record<string, unknown> = {}) {
  return configSchema.parse({
    app: "shop",
    registry: "111111111111.dkr.ecr.us-east-1.amazonaws.com",
    foundation,
    services: {
      web: { repository: "shop", port: 80, architecture: "ARM64", sidecars },
      api: { repository: "shop-api", port: 81, path: "/api/*" },
    },
    ...more,
  });
}

it("a sidecar with a repository is built, for its service's architecture, under a name of its own", () => {
  const parsed = config({ nginx, agent: { image: "agent:1" }, helper: {} });
  expect(Object.keys(imagesIn(parsed))).toEqual(["web", "api", "web/nginx"]);
  const orders = imageOrders(parsed, "/app");
  expect(orders.map(({ services, repository, platform }) => [services, repository, platform])).toEqual([
    [["web"], "shop", "linux/arm64"],
    [["api"], "shop-api", "linux/amd64"],
    [["web/nginx"], "shop-nginx", "linux/arm64"],
  ]);
  expect(orders[2]).toMatchObject({ context: "/app/proxy", dockerfile: "/app/proxy/Dockerfile" });
});

it.each([
  [["web"], ["shop", "shop-nginx"]],
  [["web/nginx"], ["shop-nginx"]],
  [["api"], ["shop-api"]],
])("the name of a service stands for its sidecars too: %j", (only, repositories) => {
  expect(imageOrders(config({ nginx }), "/app", only).map(({ repository }) => repository)).toEqual(
    repositories,
  );
});

it.each([
  [["proxy/nginx.conf"], ["web/nginx"]],
  [["web/app.js"], ["web", "web/nginx"]],
  [["api/app.js"], ["api"]],
])("a pull request that changes %j touches %j", (files, touched) => {
  const part = (name: string, repository: string, context: string) => {
    return { name, repository, context, dockerfile: `${context}/Dockerfile`, patterns: undefined };
  };
  const services = [
    part("web", "shop", "web"),
    part("api", "shop-api", "api"),
    part("web/nginx", "shop-nginx", "proxy"),
  ];
  expect(touchedServices(files, { services, patterns: [], place: "" })).toEqual(touched);
});

it("digests of sidecars are told by service and sidecar", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  expect(config({ nginx }, { digests: { web: digest, "web/nginx": digest } }).digests).toHaveProperty(
    "web/nginx",
  );
  expect(() => config({ nginx }, { digests: { "web/Nginx": digest } })).toThrow(/<service>\/<sidecar>/);
});

it.each([
  [{ image: "nginx:1", repository: "shop-nginx" }, /is fixed, so there must be no `repository`/],
  [{ build: { context: "proxy" } }, /name the repository that the image of its `build` is pushed to/],
  [{ repository: "shop-nginx-previews" }, /previews/],
])("where a sidecar's image comes from is one place: %j", (sidecar, message) => {
  expect(() => service.parse({ repository: "shop", port: 80, sidecars: { nginx: sidecar } })).toThrow(
    message,
  );
});
