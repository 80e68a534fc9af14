import { rm } from "node:fs/promises";
import { temporaryFolder } from "../../core/temporary-folder.js";
import { digestOf } from "../aws/registry.js";
import type { BuildOrder, MakeImage } from "./builder.js";

/** The digest of the image that `make` builds; its files are removed. */
export async function digestOfMade(make: MakeImage, order: BuildOrder): Promise<string> {
  const folder = await temporaryFolder("moorage-image-");
  try {
    return digestOf((await make(order, folder)).manifest);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
