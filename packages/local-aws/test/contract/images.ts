import {
  BatchGetImageCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  GetDownloadUrlForLayerCommand,
} from "@aws-sdk/client-ecr";
import { resolveImage } from "../../../../src/adapters/aws/images.js";
import { describeImage } from "../../../../src/adapters/aws/registry-images.js";
import { registryLogin } from "../../../../src/adapters/aws/registry-login.js";
import { hostArchitecture } from "../../src/images/platform.js";
import { MoorageError } from "../../../../src/core/errors.js";
import { digestOf, makeImage, makeIndex, makeRepository, push, put, revision } from "./image.js";
import type { Question } from "./question.js";
import { account, fresh, refusal, type Stage } from "./stage.js";

const hostPlatform = `linux/${hostArchitecture()}`;

/** Resolves, with the digests called by what they are of. */
async function resolve(
  { clients }: Stage,
  repository: string,
  tag: string,
  known: Record<string, string> = {},
): Promise<unknown> {
  try {
    const image = await resolveImage(clients, { account, repository, tag });
    const text = JSON.stringify(image).replace(
      /sha256:[0-9a-f]{64}/g,
      (digest) => known[digest] ?? "unknown",
    );
    return JSON.parse(text);
  } catch (error) {
    return error instanceof MoorageError ? { code: error.code, exitCode: error.exitCode } : String(error);
  }
}

async function repository({ clients }: Stage, immutable = false): Promise<string> {
  const name = fresh("shop/images");
  await makeRepository(await clients.ecr(), name, immutable);
  return name;
}

export const images: Question[] = [
  {
    name: "resolveImage: an image",
    async ask(stage) {
      const { digest } = await makeImage();
      return resolve(stage, "hello", "v1", { [digest]: "image" });
    },
    answer: {
      digest: "image",
      platforms: [{ platform: hostPlatform, digest: "image" }],
      revision,
      revisions: [revision],
    },
  },
  {
    name: "resolveImage: an index with an attestation",
    async ask(stage) {
      const ecr = await stage.clients.ecr();
      const name = await repository(stage);
      const [amd64, arm64, attestation] = await Promise.all([
        makeImage({ architecture: "amd64" }),
        makeImage({ architecture: "arm64" }),
        makeImage({ comment: "attestation" }),
      ]);
      for (const child of [amd64, arm64, attestation]) await push(ecr, name, child);
      const index = makeIndex(amd64, arm64, attestation);
      await push(ecr, name, index, "v1");
      const known = { [index.digest]: "index", [amd64.digest]: "amd64", [arm64.digest]: "arm64" };
      return resolve(stage, name, "v1", known);
    },
    answer: {
      digest: "index",
      platforms: [
        { platform: "linux/amd64", digest: "amd64" },
        { platform: "linux/arm64", digest: "arm64" },
      ],
      revision,
      revisions: [revision],
    },
  },
  {
    name: "F21: resolveImage: a tag that is not there",
    ask: (stage) => resolve(stage, "hello", "absent"),
    answer: { code: "tag-not-found", exitCode: 2 },
  },
  {
    name: "F21: resolveImage: a repository that is not there",
    ask: (stage) => resolve(stage, "absent", "v1"),
    answer: { code: "repository-not-found", exitCode: 2 },
  },
  {
    name: "BatchGetImage: a tag that is not there is a failure, not an error",
    async ask({ clients }) {
      const ecr = await clients.ecr();
      const { images: found, failures } = await ecr.send(
        new BatchGetImageCommand({ repositoryName: "hello", imageIds: [{ imageTag: "absent" }] }),
      );
      return { images: found, codes: failures?.map(({ failureCode }) => failureCode) };
    },
    answer: { images: [], codes: ["ImageNotFound"] },
  },
  {
    name: "BatchGetImage: the bytes that were put, and their type",
    async ask({ clients }) {
      const ecr = await clients.ecr();
      const { manifest, mediaType, digest } = await makeImage();
      const imageIds = [{ imageTag: "v1" }];
      const answer = await ecr.send(new BatchGetImageCommand({ repositoryName: "hello", imageIds }));
      return answer.images?.map(({ imageManifest, imageManifestMediaType, imageId }) => [
        imageManifest === manifest,
        imageManifestMediaType === mediaType,
        imageId?.imageDigest === digest,
      ]);
    },
    answer: [[true, true, true]],
  },
  {
    name: "GetDownloadUrlForLayer: an address of the target itself",
    async ask({ clients, endpoint }) {
      const layerDigest = digestOf((await makeImage()).blobs[0] ?? "");
      const { downloadUrl } = await (
        await clients.ecr()
      ).send(new GetDownloadUrlForLayerCommand({ repositoryName: "hello", layerDigest }));
      return downloadUrl?.startsWith(`${endpoint}/`);
    },
    answer: true,
  },
  {
    name: "DescribeImages: digest, tags and media type",
    async ask({ clients }) {
      const ecr = await clients.ecr();
      const { digest, mediaType } = await makeImage();
      const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName: "hello" }));
      return imageDetails?.map((detail) => ({
        isOurs: detail.imageDigest === digest && detail.imageManifestMediaType === mediaType,
        tags: detail.imageTags,
        pushedAtIsTime: detail.imagePushedAt instanceof Date,
      }));
    },
    answer: [{ isOurs: true, tags: ["v1"], pushedAtIsTime: true }],
  },
  {
    name: "DescribeImages: a tag that is not there",
    ask: async ({ clients }) =>
      refusal(
        (await clients.ecr()).send(
          new DescribeImagesCommand({ repositoryName: "hello", imageIds: [{ imageTag: "absent" }] }),
        ),
      ),
    answer: "ImageNotFoundException",
  },
  {
    name: "F21: describeImage: what a tag names, and whether it can be pulled",
    async ask({ clients }) {
      const { digest } = await makeImage();
      const found = await describeImage(clients, { account, repository: "hello", tag: "v1" });
      return found && { isOurs: found.digest === digest, status: found.status };
    },
    answer: { isOurs: true, status: "ACTIVE" },
  },
  {
    name: "describeImage: a repository that is not there",
    ask: ({ clients }) => describeImage(clients, { account, repository: "absent", tag: "v1" }),
    answer: undefined,
  },
  {
    name: "registryLogin: the user that every registry of ECR knows",
    async ask({ clients }) {
      const { username, password } = await registryLogin(clients);
      return { username, hasPassword: password !== "" };
    },
    answer: { username: "AWS", hasPassword: true },
  },
  {
    name: "DescribeRepositories: one that is not there",
    ask: async ({ clients }) =>
      refusal((await clients.ecr()).send(new DescribeRepositoriesCommand({ repositoryNames: ["absent"] }))),
    answer: "RepositoryNotFoundException",
  },
  {
    name: "PutImage: the same bytes under the same tag",
    ask: async ({ clients }) => refusal(put(await clients.ecr(), "hello", await makeImage(), "v1")),
    answer: "ImageAlreadyExistsException",
  },
  {
    name: "F20: PutImage: other bytes under a tag that may not move",
    async ask(stage) {
      const ecr = await stage.clients.ecr();
      const name = await repository(stage, true);
      await push(ecr, name, await makeImage(), "v1");
      return refusal(push(ecr, name, await makeImage({ comment: "other" }), "v1"));
    },
    answer: "ImageTagAlreadyExistsException",
  },
  {
    name: "PutImage: bytes whose layers are not there",
    async ask(stage) {
      const name = await repository(stage);
      return refusal(put(await stage.clients.ecr(), name, await makeImage({ comment: "alone" }), "v1"));
    },
    answer: "LayersNotFoundException",
  },
];
