import type * as Sdk from "@aws-sdk/client-ecr";
import { describe, expect, it } from "vitest";
import { AwsError, Cloud } from "../../../src/cloud.js";
import { Credentials } from "../../../src/home/credentials.js";
import { createEcr } from "../../../src/services/ecr/ecr.js";
import {
  imageManifest,
  imageType,
  indexType,
  pushBlob,
  pushImage,
  putManifest,
  serveRegistry,
  sha256,
  site,
} from "../../registry/serve.js";

const repositoryName = "hello";
const credentials = new Credentials("a token");
const now = Date.parse("2026-01-02T03:04:05Z");

async function serveEcr() {
  const served = await serveRegistry();
  const { store, registry, host } = served;
  const cloud = new Cloud({
    ecr: createEcr({ store, registry, endpoint: () => `http://${host}`, credentials, now: () => now }),
  });
  const call = <Output>(operation: string, input: object = {}) =>
    cloud.call<Output>("ecr", operation, { repositoryName, ...input }, site);
  const codeOf = (operation: string, input: object = {}) =>
    call(operation, input).then(
      () => "no error",
      (error: unknown) => (error instanceof AwsError ? error.code : String(error)),
    );
  return { ...served, cloud, call, codeOf };
}

describe("ECR repositories", () => {
  it("creates, describes and deletes one", async () => {
    const { call, codeOf } = await serveEcr();
    const created = await call<Sdk.CreateRepositoryResponse>("CreateRepository", {
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      tags: [{ Key: "team", Value: "a" }],
    });
    expect(created.repository).toMatchObject({
      repositoryArn: "arn:aws:ecr:us-east-1:111111111111:repository/hello",
      repositoryUri: "111111111111.dkr.ecr.us-east-1.amazonaws.com/hello",
      imageTagMutability: "IMMUTABLE",
      createdAt: new Date(now),
    });
    expect(await codeOf("CreateRepository")).toBe("RepositoryAlreadyExistsException");
    const { repositories } = await call<Sdk.DescribeRepositoriesResponse>("DescribeRepositories", {
      repositoryNames: [repositoryName],
    });
    expect(repositories).toEqual([created.repository]);
    await call("DeleteRepository");
    expect(await codeOf("DescribeRepositories", { repositoryNames: [repositoryName] })).toBe(
      "RepositoryNotFoundException",
    );
  });

  it("takes over a repository that its first push made", async () => {
    const { call, codeOf, url } = await serveEcr();
    const digest = await pushImage(url, repositoryName, "v1");
    // It is in nobody's way before: `infra up` would take it for a repository of somebody else's.
    const named = { repositoryNames: [repositoryName] };
    expect(await codeOf("DescribeRepositories", named)).toBe("RepositoryNotFoundException");
    expect((await call<Sdk.DescribeRepositoriesResponse>("DescribeRepositories")).repositories).toEqual([]);
    await call("CreateRepository", { imageTagMutability: "IMMUTABLE" });
    expect(await codeOf("CreateRepository")).toBe("RepositoryAlreadyExistsException");
    const { imageIds } = await call<Sdk.ListImagesResponse>("ListImages");
    expect(imageIds).toEqual([{ imageDigest: digest, imageTag: "v1" }]);
  });

  it.each(["H", "a", "UPPER", "a b", "../a"])("refuses the name %j", async (name) => {
    const { codeOf } = await serveEcr();
    expect(await codeOf("CreateRepository", { repositoryName: name })).toBe("InvalidParameterException");
  });

  it("deletes one with images only when forced", async () => {
    const { call, codeOf, url } = await serveEcr();
    await pushImage(url, repositoryName, "v1");
    expect(await codeOf("DeleteRepository")).toBe("RepositoryNotEmptyException");
    await call("DeleteRepository", { force: true });
    expect((await fetch(`${url}/${repositoryName}/tags/list`)).status).toBe(404);
  });

  it("keeps accounts and regions apart, and reaches another account by registryId", async () => {
    const { cloud, call, codeOf } = await serveEcr();
    await call("CreateRepository");
    const other = { account: "222222222222", region: "us-east-1" };
    const input = { repositoryNames: [repositoryName] };
    await expect(cloud.call("ecr", "DescribeRepositories", input, other)).rejects.toThrow("does not exist");
    const reached = await cloud.call<Sdk.DescribeRepositoriesResponse>(
      "ecr",
      "DescribeRepositories",
      { ...input, registryId: site.account },
      other,
    );
    expect(reached.repositories).toHaveLength(1);
    expect(await codeOf("DescribeImages", { registryId: other.account })).toBe("RepositoryNotFoundException");
  });

  it("pages through repositories", async () => {
    const { call } = await serveEcr();
    for (const name of ["one", "two", "three"]) await call("CreateRepository", { repositoryName: name });
    const first = await call<Sdk.DescribeRepositoriesResponse>("DescribeRepositories", { maxResults: 2 });
    expect(first.repositories).toHaveLength(2);
    const { nextToken } = first;
    const rest = await call<Sdk.DescribeRepositoriesResponse>("DescribeRepositories", {
      maxResults: 2,
      nextToken,
    });
    expect(rest.repositories?.map((row) => row.repositoryName)).toEqual(["three"]);
    expect(rest.nextToken).toBeUndefined();
  });

  it("keeps tags and lifecycle policies", async () => {
    const { call, codeOf } = await serveEcr();
    await call("CreateRepository", { tags: [{ Key: "a", Value: "1" }] });
    const resourceArn = "arn:aws:ecr:us-east-1:111111111111:repository/hello";
    await call("TagResource", { resourceArn, tags: [{ Key: "b", Value: "2" }] });
    await call("UntagResource", { resourceArn, tagKeys: ["a"] });
    const { tags } = await call<Sdk.ListTagsForResourceResponse>("ListTagsForResource", { resourceArn });
    expect(tags).toEqual([{ Key: "b", Value: "2" }]);
    expect(await codeOf("GetLifecyclePolicy")).toBe("LifecyclePolicyNotFoundException");
    expect(await codeOf("PutLifecyclePolicy", { lifecyclePolicyText: "{" })).toBe(
      "InvalidParameterException",
    );
    await call("PutLifecyclePolicy", { lifecyclePolicyText: '{"rules":[]}' });
    const policy = await call<Sdk.GetLifecyclePolicyResponse>("GetLifecyclePolicy");
    expect(policy.lifecyclePolicyText).toBe('{"rules":[]}');
  });

  it("gives a token for the registry's own address", async () => {
    const { call, host } = await serveEcr();
    const { authorizationData } = await call<Sdk.GetAuthorizationTokenResponse>("GetAuthorizationToken");
    expect(authorizationData?.[0]?.proxyEndpoint).toBe(`http://${host}`);
    expect(Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString()).toMatch(
      /^AWS:/,
    );
  });
});

describe("ECR images", () => {
  it("describes an image by tag and by digest", async () => {
    const { call, codeOf, url } = await serveEcr();
    const digest = await pushImage(url, repositoryName, "v1");
    for (const id of [{ imageTag: "v1" }, { imageDigest: digest }, { imageTag: "v1", imageDigest: digest }]) {
      const { imageDetails } = await call<Sdk.DescribeImagesResponse>("DescribeImages", { imageIds: [id] });
      expect(imageDetails).toMatchObject([
        {
          imageDigest: digest,
          imageTags: ["v1"],
          imageManifestMediaType: imageType,
          artifactMediaType: "application/vnd.oci.image.config.v1+json",
          imageStatus: "ACTIVE",
        },
      ]);
      expect(imageDetails?.[0]?.imageSizeInBytes).toBeGreaterThan(64);
      expect(imageDetails?.[0]?.imagePushedAt).toBeInstanceOf(Date);
    }
    const imageIds = [{ imageTag: "v1", imageDigest: sha256("other") }];
    expect(await codeOf("DescribeImages", { imageIds })).toBe("ImageNotFoundException");
  });

  it("F21: says which image is not there, in ECR's words", async () => {
    const { call } = await serveEcr();
    await call("CreateRepository");
    await expect(call("DescribeImages", { imageIds: [{ imageTag: "v9" }] })).rejects.toThrow(
      "The image with imageId {imageDigest:'null', imageTag:'v9'} does not exist within the repository with name " +
        "'hello' in the registry with id '111111111111'",
    );
  });

  it("promotes the same bytes: BatchGetImage gives what PutImage takes", async () => {
    const { call, url } = await serveEcr();
    const digest = await pushImage(url, repositoryName, "v1");
    const { images, failures } = await call<Sdk.BatchGetImageResponse>("BatchGetImage", {
      imageIds: [{ imageTag: "v1" }, { imageTag: "v2" }, { imageDigest: "sha256:1" }, {}],
    });
    expect(failures?.map(({ failureCode }) => failureCode)).toEqual([
      "ImageNotFound",
      "InvalidImageDigest",
      "MissingDigestAndTag",
    ]);
    const [image] = images ?? [];
    expect(sha256(image?.imageManifest ?? "")).toBe(digest);
    const put = await call<Sdk.PutImageResponse>("PutImage", {
      imageManifest: image?.imageManifest,
      imageManifestMediaType: image?.imageManifestMediaType,
      imageTag: "v2",
    });
    expect(put.image?.imageId).toEqual({ imageDigest: digest, imageTag: "v2" });
    const head = await fetch(`${url}/${repositoryName}/manifests/v2`, { method: "HEAD" });
    expect(head.headers.get("docker-content-digest")).toBe(digest);
  });

  it("does not convert what the caller does not accept", async () => {
    const { call, url } = await serveEcr();
    await pushImage(url, repositoryName, "v1");
    const { images, failures } = await call<Sdk.BatchGetImageResponse>("BatchGetImage", {
      imageIds: [{ imageTag: "v1" }],
      acceptedMediaTypes: [indexType],
    });
    expect([images?.length, failures?.length]).toEqual([0, 1]);
  });

  it("F20: PutImage says when nothing changes, and never moves an immutable tag", async () => {
    const { call, codeOf, url } = await serveEcr();
    await call("CreateRepository", { imageTagMutability: "IMMUTABLE" });
    const imageManifestText = await imageManifest(url, repositoryName);
    const input = { imageManifest: imageManifestText, imageTag: "v1" };
    await call("PutImage", input);
    expect(await codeOf("PutImage", input)).toBe("ImageAlreadyExistsException");
    const other = await imageManifest(url, repositoryName);
    expect(await codeOf("PutImage", { ...input, imageManifest: other })).toBe(
      "ImageTagAlreadyExistsException",
    );
    await call("PutImageTagMutability", { imageTagMutability: "MUTABLE" });
    expect(await codeOf("PutImage", { ...input, imageManifest: other })).toBe("no error");
  });

  it("PutImage refuses what is missing, wrong or no manifest", async () => {
    const { call, codeOf, url } = await serveEcr();
    await call("CreateRepository");
    const elsewhere = await imageManifest(url, "other");
    expect(await codeOf("PutImage", { imageManifest: elsewhere })).toBe("LayersNotFoundException");
    const child = { mediaType: imageType, digest: sha256("nobody"), size: 1 };
    const index = JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [child] });
    expect(await codeOf("PutImage", { imageManifest: index })).toBe("ReferencedImagesNotFoundException");
    const own = await imageManifest(url, repositoryName);
    expect(await codeOf("PutImage", { imageManifest: own, imageDigest: sha256("x") })).toBe(
      "ImageDigestDoesNotMatchException",
    );
    expect(await codeOf("PutImage", { imageManifest: "{" })).toBe("InvalidParameterException");
    expect(await codeOf("PutImage", { imageManifest: own, imageTag: "a/b" })).toBe(
      "InvalidParameterException",
    );
    expect(await codeOf("PutImage", { repositoryName: "nothing" })).toBe("RepositoryNotFoundException");
  });

  it("deletes tags and images, the children of an index after it", async () => {
    const { call, codeOf, url } = await serveEcr();
    const child = await pushImage(url, repositoryName, "child");
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [{ mediaType: imageType, digest: child, size: 1 }],
    });
    await putManifest(url, repositoryName, "v1", index, indexType);
    await putManifest(url, repositoryName, "v2", index, indexType);
    const remove = (id: object) => call<Sdk.BatchDeleteImageResponse>("BatchDeleteImage", { imageIds: [id] });
    expect((await remove({ imageDigest: child })).failures?.[0]?.failureCode).toBe(
      "ImageReferencedByManifestList",
    );
    expect((await remove({ imageTag: "v1" })).imageIds).toEqual([
      { imageDigest: sha256(index), imageTag: "v1" },
    ]);
    const { imageDetails } = await call<Sdk.DescribeImagesResponse>("DescribeImages", {
      imageIds: [{ imageDigest: sha256(index) }],
    });
    expect(imageDetails?.[0]?.imageTags).toEqual(["v2"]);
    await remove({ imageTag: "v2" });
    expect(await codeOf("DescribeImages", { imageIds: [{ imageDigest: sha256(index) }] })).toBe(
      "ImageNotFoundException",
    );
    expect((await remove({ imageDigest: child })).failures).toEqual([]);
  });

  it("lists tagged and untagged images", async () => {
    const { call, url } = await serveEcr();
    const first = await pushImage(url, repositoryName, "v1");
    const second = await pushImage(url, repositoryName, "v1");
    const list = async (tagStatus: string) =>
      (await call<Sdk.ListImagesResponse>("ListImages", { filter: { tagStatus } })).imageIds;
    expect(await list("TAGGED")).toEqual([{ imageDigest: second, imageTag: "v1" }]);
    expect(await list("UNTAGGED")).toEqual([{ imageDigest: first }]);
    expect(await list("ANY")).toHaveLength(2);
  });

  it("takes a layer in parts, and gives a URL to read it from", async () => {
    const { call, codeOf } = await serveEcr();
    await call("CreateRepository");
    const { uploadId } = await call<Sdk.InitiateLayerUploadResponse>("InitiateLayerUpload");
    const part = (first: number, text: string) => ({
      uploadId,
      partFirstByte: first,
      partLastByte: first + text.length - 1,
      layerPartBlob: Buffer.from(text),
    });
    expect(await codeOf("CompleteLayerUpload", { uploadId, layerDigests: [sha256("")] })).toBe(
      "EmptyUploadException",
    );
    await call("UploadLayerPart", part(0, "hello "));
    expect(await codeOf("UploadLayerPart", part(9, "x"))).toBe("InvalidLayerPartException");
    const { lastByteReceived } = await call<Sdk.UploadLayerPartResponse>("UploadLayerPart", part(6, "world"));
    expect(lastByteReceived).toBe(10);
    const layerDigest = sha256("hello world");
    await call("CompleteLayerUpload", { uploadId, layerDigests: [layerDigest] });
    expect(await codeOf("UploadLayerPart", part(11, "x"))).toBe("UploadNotFoundException");
    const { layers } = await call<Sdk.BatchCheckLayerAvailabilityResponse>("BatchCheckLayerAvailability", {
      layerDigests: [layerDigest, sha256("other"), "../../state.json"],
    });
    expect(layers?.map(({ layerAvailability }) => layerAvailability)).toEqual([
      "AVAILABLE",
      "UNAVAILABLE",
      "UNAVAILABLE",
    ]);
    const { downloadUrl } = await call<Sdk.GetDownloadUrlForLayerResponse>("GetDownloadUrlForLayer", {
      layerDigest,
    });
    expect(await (await fetch(downloadUrl ?? "")).text()).toBe("hello world");
  });

  it("sees a layer that the registry was pushed", async () => {
    const { call, url } = await serveEcr();
    await call("CreateRepository");
    const digest = await pushBlob(url, repositoryName, Buffer.from("layer"));
    const { layers } = await call<Sdk.BatchCheckLayerAvailabilityResponse>("BatchCheckLayerAvailability", {
      layerDigests: [digest],
    });
    expect(layers).toMatchObject([{ layerAvailability: "AVAILABLE", layerSize: 5 }]);
  });
});
