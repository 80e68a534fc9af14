import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hasFileCode, share } from "./files.js";
import { isDigest } from "./names.js";
import { parseImages, renderImages, type StoredImage } from "./image-list.js";

export interface BlobFile {
  path: string;
  /** Bytes. */
  size: number;
}

/**
 * One repository on disk: an OCI image layout of its own, so that `skopeo copy oci:<folder>:<tag>` reads it too.
 * Blobs are hard links into a pool, so equal layers cost their bytes once, and yet a blob is in a repository only
 * when it was pushed or mounted there, as in ECR.
 */
export class Layout {
  private images: StoredImage[] | undefined;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly folder: string,
    private readonly pool: string,
  ) {}

  /** Makes an empty repository; one that is there stays as it is. */
  async create(): Promise<void> {
    await this.change((images) => images);
  }

  async exists(): Promise<boolean> {
    return (await this.read()) !== undefined;
  }

  async list(): Promise<readonly StoredImage[]> {
    return (await this.read()) ?? [];
  }

  /** The blob's file, when the repository has it. */
  async blob(digest: string): Promise<BlobFile | undefined> {
    if (!isDigest(digest)) return undefined;
    const path = this.blobPath(digest);
    try {
      return { path, size: (await stat(path)).size };
    } catch (error) {
      if (hasFileCode(error, "ENOENT")) return undefined;
      throw error;
    }
  }

  /** Bytes of a manifest or config; layers are read as files. */
  async readBlob(digest: string): Promise<Buffer> {
    return readFile(this.blobPath(digest));
  }

  /** Moves a file whose digest was verified into the repository. */
  async adoptBlob(file: string, digest: string): Promise<void> {
    const pooled = blobPath(this.pool, digest);
    await share(file, pooled);
    await share(pooled, this.blobPath(digest));
    await unlink(file);
  }

  async writeBlob(bytes: Uint8Array, digest: string): Promise<void> {
    const file = join(this.pool, `.${randomUUID()}`);
    await mkdir(this.pool, { recursive: true });
    await writeFile(file, bytes);
    await this.adoptBlob(file, digest);
  }

  /** Takes a blob over from another repository; false when it does not have it. */
  async mountBlob(from: Layout, digest: string): Promise<boolean> {
    const blob = await from.blob(digest);
    if (blob) await share(blob.path, this.blobPath(digest));
    return blob !== undefined;
  }

  async removeBlob(digest: string): Promise<void> {
    await rm(this.blobPath(digest), { force: true });
  }

  /** Changes the list of images, one change at a time; what `change` throws leaves it as it was. */
  async change(change: (images: readonly StoredImage[]) => readonly StoredImage[]): Promise<void> {
    await this.alone(async () => {
      const before = await this.read();
      const after = change(before ?? []);
      if (after !== before) await this.write([...after]);
    });
  }

  async remove(): Promise<void> {
    await this.alone(async () => {
      await rm(this.folder, { recursive: true, force: true });
      this.images = undefined;
    });
  }

  private async alone(work: () => Promise<void>): Promise<void> {
    const turn = this.turn.then(work);
    this.turn = turn.catch(() => undefined);
    await turn;
  }

  private blobPath(digest: string): string {
    return blobPath(join(this.folder, "blobs"), digest);
  }

  private async read(): Promise<StoredImage[] | undefined> {
    if (this.images) return this.images;
    try {
      this.images = parseImages(await readFile(join(this.folder, "index.json"), "utf8"));
    } catch (error) {
      if (!hasFileCode(error, "ENOENT")) throw error;
    }
    return this.images;
  }

  private async write(images: StoredImage[]): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await replaceFile(join(this.folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    await replaceFile(join(this.folder, "index.json"), renderImages(images));
    this.images = images;
  }
}

function blobPath(blobs: string, digest: string): string {
  return join(blobs, ...digest.split(":"));
}

async function replaceFile(path: string, text: string): Promise<void> {
  const next = join(dirname(path), `.${randomUUID()}`);
  await writeFile(next, text);
  await rename(next, path);
}
