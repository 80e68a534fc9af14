import type * as Sdk from "@aws-sdk/client-ecr";
import { AwsError, type Site } from "../../cloud.js";
import { RegistryError } from "../../registry/errors.js";
import { storedImage } from "../../registry/image-list.js";
import { sha256Digest } from "../../registry/manifest.js";
import { isTag, registryHost } from "../../registry/names.js";
import { pushManifest } from "../../registry/push.js";
import type { Upload } from "../../registry/uploads.js";
import {
  imageExists,
  invalidParameter,
  layersNotFound,
  referencedImagesNotFound,
  type Place,
} from "./errors.js";
import { repositoryAt, registrySite, type EcrContext, type OpenRepository } from "./repository.js";
import { tagMayMove } from "./rows.js";

/** What ECR suggests for a part, in bytes. */
const partSize = 20 * 1024 * 1024;

/** PutImage, and layers by the API instead of by the registry. */
export function pushOperations(context: EcrContext) {
  return { ...putImage(context), ...layerUploads(context), ...layers(context) };
}

function putImage(context: EcrContext) {
  return {
    async PutImage(input: Sdk.PutImageCommandInput, site: Site): Promise<Sdk.PutImageResponse> {
      const repository = repositoryAt(context, input, site);
      const { imageTag, imageManifest = "", imageManifestMediaType, imageDigest } = input;
      if (imageTag !== undefined && !isTag(imageTag)) throw invalidParameter("imageTag", "invalid image tag");
      const bytes = Buffer.from(imageManifest);
      await checkNew(repository, sha256Digest(bytes), imageTag);
      const push = {
        bytes,
        mediaType: imageManifestMediaType,
        tag: imageTag,
        digest: imageDigest,
        now: context.now(),
      };
      const { row, layout, place } = repository;
      const policy = { repositoryName: place.name, mayMove: (tag: string) => tagMayMove(row, tag) };
      const { digest, manifest } = await pushManifest(layout, push, policy).catch((error: unknown) => {
        throw inEcrWords(error, place);
      });
      return {
        image: {
          registryId: place.registryId,
          repositoryName: place.name,
          imageId: { imageDigest: digest, imageTag },
          imageManifest,
          imageManifestMediaType: manifest.mediaType,
        },
      };
    },
  };
}

async function checkNew(
  { layout, place }: OpenRepository,
  digest: string,
  tag: string | undefined,
): Promise<void> {
  const existing = storedImage(await layout.list(), digest);
  if (existing && (tag === undefined || existing.tags.includes(tag))) throw imageExists(digest, tag, place);
}

function inEcrWords(error: unknown, place: Place): unknown {
  if (!(error instanceof RegistryError)) return error;
  const { missing = [], kind } = (error.detail ?? {}) as { missing?: string[]; kind?: string };
  switch (error.code) {
    case "MANIFEST_BLOB_UNKNOWN":
      return kind === "manifest" ? referencedImagesNotFound(missing, place) : layersNotFound(missing, place);
    case "DIGEST_INVALID":
      return new AwsError("ImageDigestDoesNotMatchException", error.message);
    case "TAG_INVALID":
      return new AwsError("ImageTagAlreadyExistsException", error.message);
    default:
      return invalidParameter("ImageManifest", error.message);
  }
}

function layerUploads(context: EcrContext) {
  return {
    InitiateLayerUpload(
      input: Sdk.InitiateLayerUploadCommandInput,
      site: Site,
    ): Sdk.InitiateLayerUploadResponse {
      const { layout } = repositoryAt(context, input, site);
      return { uploadId: context.storage.uploads.begin(layout).id, partSize };
    },

    async UploadLayerPart(
      input: Sdk.UploadLayerPartCommandInput,
      site: Site,
    ): Promise<Sdk.UploadLayerPartResponse> {
      const repository = repositoryAt(context, input, site);
      const upload = findUpload(context, repository, input.uploadId);
      await upload
        .append(once(input.layerPartBlob ?? new Uint8Array()), input.partFirstByte)
        .catch((error: unknown) => {
          if (!(error instanceof RegistryError)) throw error;
          throw new AwsError("InvalidLayerPartException", `Layer part is out of order: ${error.message}`);
        });
      const { registryId, name: repositoryName } = repository.place;
      return { registryId, repositoryName, uploadId: upload.id, lastByteReceived: upload.size - 1 };
    },

    async CompleteLayerUpload(
      input: Sdk.CompleteLayerUploadCommandInput,
      site: Site,
    ): Promise<Sdk.CompleteLayerUploadResponse> {
      const repository = repositoryAt(context, input, site);
      const upload = findUpload(context, repository, input.uploadId);
      const [layerDigest = ""] = input.layerDigests ?? [];
      if (upload.size === 0) {
        throw new AwsError(
          "EmptyUploadException",
          "The specified layer upload does not contain any layer parts.",
        );
      }
      await upload.finish(layerDigest).catch((error: unknown) => {
        if (!(error instanceof RegistryError)) throw error;
        throw new AwsError("InvalidLayerException", `The layer digest does not match: ${error.message}`);
      });
      const { registryId, name: repositoryName } = repository.place;
      return { registryId, repositoryName, uploadId: upload.id, layerDigest };
    },
  };
}

function layers(context: EcrContext) {
  return {
    async BatchCheckLayerAvailability(
      input: Sdk.BatchCheckLayerAvailabilityCommandInput,
      site: Site,
    ): Promise<Sdk.BatchCheckLayerAvailabilityResponse> {
      const { layout } = repositoryAt(context, input, site);
      const found = await Promise.all(
        (input.layerDigests ?? []).map(async (layerDigest): Promise<Sdk.Layer> => {
          const blob = await layout.blob(layerDigest);
          return {
            layerDigest,
            layerSize: blob?.size,
            layerAvailability: blob ? "AVAILABLE" : "UNAVAILABLE",
          };
        }),
      );
      return { layers: found, failures: [] };
    },

    async GetDownloadUrlForLayer(
      input: Sdk.GetDownloadUrlForLayerCommandInput,
      site: Site,
    ): Promise<Sdk.GetDownloadUrlForLayerResponse> {
      const { layout, place } = repositoryAt(context, input, site);
      const { layerDigest = "" } = input;
      if (!(await layout.blob(layerDigest))) throw layersNotFound([layerDigest], place);
      const repository = `${registryHost(registrySite(input, site))}/${place.name}`;
      const link = context.credentials.blobLink(`/v2/${repository}/blobs/${layerDigest}`, context.now());
      return { layerDigest, downloadUrl: `${context.endpoint()}${link}` };
    },
  };
}

function findUpload(context: EcrContext, { layout, place }: OpenRepository, id = ""): Upload {
  try {
    return context.storage.uploads.find(layout, id);
  } catch {
    throw new AwsError(
      "UploadNotFoundException",
      `The upload '${id}' could not be found in the repository with name '${place.name}'.`,
    );
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
