import { expect, it } from "vitest";
import { digestA, digestB, oneService, run } from "./program.js";

const services = {
  web: {
    repository: "hello",
    port: 8080,
    sidecars: { nginx: { repository: "hello-nginx", env: { A: 1 } }, worker: { command: ["work"] } },
  },
};

interface Container {
  name: string;
  image: string;
  environment: { name: string; value: string }[];
}

it("a built sidecar runs its own image by digest, and is told its own tag", async () => {
  const { find, outputs } = await run({
    stack: "dev",
    config: oneService({
      "moorage:services": services,
      "moorage:digests": { web: digestA, "web/nginx": digestB },
      "moorage:imageTags": { "web/nginx": "v2" },
    }),
  });
  const definitions = find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"] as string;
  const [web, nginx, worker] = JSON.parse(definitions) as [Container, Container, Container];
  expect(web.image).toBe(`registry.example.com/hello@${digestA}`);
  expect(worker.image).toBe(web.image);
  expect(nginx.image).toBe(`registry.example.com/hello-nginx@${digestB}`);
  expect(nginx.environment).toContainEqual({ name: "MOORAGE_IMAGE_TAG", value: "v2" });
  expect(worker.environment).toContainEqual({ name: "MOORAGE_IMAGE_TAG", value: "sha-0123456789ab" });
  expect(outputs["sidecars"]).toEqual([
    { name: "web/nginx", image: nginx.image, imageTag: "v2", digest: digestB },
  ]);
});

it("under the plain CLI the last outputs say which bytes a sidecar runs", async () => {
  const {
    "moorage:imageTag": _tag,
    "moorage:digests": _digests,
    ...config
  } = oneService({
    "moorage:services": services,
  });
  const last = {
    imageTag: "v1",
    services: [{ name: "web", digest: digestA, imageTag: "v1" }],
    sidecars: [{ name: "web/nginx", digest: digestB, imageTag: "v1" }],
  };
  const { find } = await run({ stack: "dev", config, stacks: { "organization/hello/dev": last } });
  const definitions = find("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"] as string;
  expect(definitions).toContain(`hello-nginx@${digestB}`);
});

it("without a digest of the sidecar nothing is declared: a tag may be moved", async () => {
  const config = oneService({ "moorage:services": services });
  await expect(run({ stack: "dev", config })).rejects.toThrow(/moorage:digests\.web\/nginx is missing/);
});
