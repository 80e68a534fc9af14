/** What containerd, and so Fargate, refuses of an image whose parts do not fit together. */
import type { Descriptor } from "../registry/manifest.js";
import { cannotExtract, cannotPull } from "./pull-error.js";

const layerType =
  /^application\/vnd\.(oci\.image\.layer\.(nondistributable\.)?v1\.tar|docker\.image\.rootfs\.(foreign\.)?diff\.tar)([+.](gzip|zstd))?$/;

/**
 * The config names each layer's tar, one for one. Source: containerd, `image.getLayers`, "mismatched image rootfs and manifest
 * layers", and `unpack.Unpacker`, "number of layers and diffIDs don't match".
 */
export function checkLayers(image: string, layers: readonly Descriptor[], diffIds: readonly string[]): void {
  const strange = layers.find(({ mediaType }) => !layerType.test(mediaType));
  if (strange) throw cannotExtract(image, new Error(`unsupported media type ${strange.mediaType}`));
  if (diffIds.length !== layers.length) {
    throw cannotExtract(
      image,
      new Error(
        `mismatched image rootfs and manifest layers: ${diffIds.length} diff ids, ${layers.length} layers`,
      ),
    );
  }
}

export function checkDescribed(image: string, { digest, size }: Descriptor, stored: number): void {
  if (size === stored) return;
  throw cannotPull(
    `failed to copy: ${image}: ${digest}: failed size validation: ${stored} != ${size}: failed precondition`,
  );
}

export function checkDiffId(
  image: string,
  { digest }: Descriptor,
  found: string,
  named: string | undefined,
): void {
  if (named === undefined || found === named) return;
  throw cannotExtract(
    image,
    new Error(`wrong diff id calculated on extraction of ${digest}: ${found}, the config says ${named}`),
  );
}
