import { expect, it, onTestFinished } from "vitest";
import { awsClients } from "../../../src/adapters/aws/clients.js";
import type { Config } from "../../../src/core/project/schema.js";
import { resolveImages } from "../../../src/features/deploy/images.js";
import { AwsError } from "../../../packages/local-aws/src/cloud.js";
import { clientConfig, serve } from "../../../packages/local-aws/test/wire/serve.js";

const registry = "111111111111.dkr.ecr.us-east-1.amazonaws.com";
const digestOf = (letter: string) => `sha256:${letter.repeat(64)}`;
const [index, inner, amd64, arm64] = ["a", "b", "c", "d"].map(digestOf) as [string, string, string, string];
const indexType = "application/vnd.oci.image.index.v1+json";
const imageType = "application/vnd.oci.image.manifest.v1+json";

type Manifests = Record<string, object>;

/** ECR with these manifests, by tag or digest, and configurations, by digest. */
async function ecrWith(manifests: Manifests, configs: Record<string, object> = {}) {
  const { endpoint } = await serve({
    ecr: {
      operations: {
        BatchGetImage({ imageIds: [id] }: { imageIds: { imageTag?: string; imageDigest?: string }[] }) {
          const asked = id?.imageDigest ?? id?.imageTag ?? "";
          if (asked === digestOf("9")) throw new AwsError("AccessDeniedException", "not authorized");
          const found = manifests[asked];
          if (found === undefined) return { images: [], failures: [{ failureReason: "not found" }] };
          const imageDigest = asked.startsWith("sha256:") ? asked : index;
          return {
            images: [
              {
                imageId: { imageDigest },
                imageManifest: JSON.stringify(found),
              },
            ],
          };
        },
        GetDownloadUrlForLayer: ({ layerDigest }: { layerDigest: string }) => ({
          downloadUrl: `data:application/json,${encodeURIComponent(JSON.stringify(configs[layerDigest]))}`,
        }),
      },
    },
  });
  const aws = awsClients(clientConfig(endpoint));
  onTestFinished(() => aws.close());
  return aws;
}

/** A project of one service. */
function configOf(service: { repository?: string; image?: string }): Config {
  return {
    registry,
    jobs: {},
    services: { web: { architecture: "X86_64", sidecars: {}, ...service } },
  } as unknown as Config;
}

const child = (digest: string, mediaType: string, architecture?: string) => ({
  mediaType,
  digest,
  size: 1,
  ...(architecture !== undefined && {
    platform: { os: "linux", architecture },
  }),
});
const image = (config: string) => ({ config: { digest: config }, layers: [] });
const digestsOf = async (manifests: Manifests, configs?: Record<string, object>) => {
  const [found] = await resolveImages(
    await ecrWith(manifests, configs),
    configOf({ repository: "web" }),
    () => "v1",
  );
  return found?.digests;
};

it("bug 9: an index without platforms is for what its images' configurations name", async () => {
  const manifests = {
    v1: { manifests: [child(arm64, imageType), child(amd64, imageType)] },
    [amd64]: image("config-amd64"),
    [arm64]: image("config-arm64"),
  };
  const configs = {
    "config-amd64": { os: "linux", architecture: "amd64" },
    "config-arm64": { os: "linux", architecture: "arm64" },
  };
  expect(await digestsOf(manifests, configs)).toEqual([index, arm64, amd64]);
});

it.each([
  ["with a platform", "amd64"],
  ["without one", undefined],
])("bug 25: an index in an index, %s, is resolved to its images", async (_how, architecture) => {
  const manifests = {
    v1: { manifests: [child(inner, indexType, architecture)] },
    [inner]: { manifests: [child(amd64, imageType, "amd64")] },
    [amd64]: image("config"),
  };
  expect(await digestsOf(manifests, { config: { architecture: "amd64" } })).toEqual([index, amd64]);
});

it("bug 25: an index in an index that leads to no image for the platform is refused", async () => {
  const manifests = {
    v1: { manifests: [child(inner, indexType, "amd64")] },
    [inner]: { manifests: [child(arm64, imageType, "arm64")] },
  };
  await expect(digestsOf(manifests)).rejects.toMatchObject({
    code: "platform",
    exitCode: 2,
  });
});

it("F21: an image whose configuration names no architecture is refused, and that is said", async () => {
  await expect(digestsOf({ v1: image("config") }, { config: { os: "linux" } })).rejects.toMatchObject({
    code: "platform",
    message: expect.stringContaining("its configuration names no architecture") as string,
  });
});

const fixed = async (digest: string, host = registry) => {
  const manifests = {
    [index]: { manifests: [child(amd64, imageType, "amd64")] },
    [amd64]: image("config"),
  };
  const aws = await ecrWith(manifests, { config: { architecture: "amd64" } });
  const [found] = await resolveImages(aws, configOf({ image: `${host}/side@${digest}` }), () => "v1");
  return found;
};

it("correctness C: of a fixed image that is an index, tasks may report the platform's manifest", async () => {
  expect(await fixed(index)).toMatchObject({
    digest: index,
    digests: [index, amd64],
  });
});

it("correctness C: a fixed image of a registry that cannot be asked is compared with nothing", async () => {
  expect((await fixed(index, "public.example.com"))?.digests).toEqual([]);
  expect((await fixed(digestOf("9")))?.digests).toEqual([]);
});

it("F21: a fixed image that is not in its registry is refused", async () => {
  await expect(fixed(digestOf("e"))).rejects.toMatchObject({
    code: "tag-not-found",
  });
});

it("F21: what several services of one repository lack is told once", async () => {
  const config = configOf({ repository: "web" });
  const [first] = Object.values(config.services);
  const both = { ...config, services: { web: first, worker: first } } as Config;
  const failed = await resolveImages(await ecrWith({}), both, () => "v9").catch((error: unknown) => error);
  const { message } = failed as Error;
  expect(message).toContain("v9");
  expect(message).not.toContain("\n");
});

it("13: without moorage:registry the setting is named, and ECR is not asked", async () => {
  const { registry: _none, ...unset } = configOf({ repository: "web" });
  const resolving = resolveImages(await ecrWith({}), unset as Config, () => "v1");
  await expect(resolving).rejects.toMatchObject({
    code: "registry-missing",
    exitCode: 2,
    message: "The registry of service web is required.",
    hint: "Set moorage:registry, or a fixed image: moorage:services.web.image.",
  });
});

it("13: a registry that is not ECR is refused by its name", async () => {
  const config = { ...configOf({ repository: "web" }), registry: "ghcr.io" };
  const resolving = resolveImages(await ecrWith({}), config, () => "v1");
  await expect(resolving).rejects.toThrow("ghcr.io, the registry of service web, is not an ECR registry.");
});
