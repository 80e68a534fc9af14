import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { RegistryError } from "./errors.js";
import type { Layout } from "./layout.js";

/**
 * A blob on its way in. The hash takes each piece together with the file, so an interrupted piece leaves a session
 * that tells how far it got and can go on from there.
 */
export class Upload {
  readonly id = randomUUID();
  /** Bytes received. */
  size = 0;
  private readonly hash = createHash("sha256");
  private readonly file: string;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    readonly layout: Layout,
    folder: string,
    private readonly forget: (upload: Upload) => void,
  ) {
    this.file = join(folder, this.id);
  }

  /** Appends a piece that has to start at `offset` (bytes), where the client says so. Throws BLOB_UPLOAD_INVALID. */
  async append(source: AsyncIterable<Uint8Array>, offset?: number): Promise<void> {
    const turn = this.turn.then(() => this.write(source, offset));
    this.turn = turn.catch(() => undefined);
    await turn;
  }

  /** Checks the digest and moves the blob into its repository. Throws DIGEST_INVALID; the session ends either way. */
  async finish(digest: string): Promise<void> {
    this.forget(this);
    await this.turn;
    const actual = `sha256:${this.hash.digest("hex")}`;
    if (actual !== digest) {
      await this.discard();
      throw new RegistryError("DIGEST_INVALID", "provided digest did not match uploaded content", {
        provided: digest,
        computed: actual,
      });
    }
    await this.layout.adoptBlob(this.file, digest);
  }

  async discard(): Promise<void> {
    this.forget(this);
    await rm(this.file, { force: true });
  }

  private async write(source: AsyncIterable<Uint8Array>, offset = this.size): Promise<void> {
    if (offset !== this.size) {
      throw new RegistryError("BLOB_UPLOAD_INVALID", `the next byte is ${this.size}, not ${offset}`);
    }
    const file = await open(this.file, "a");
    try {
      for await (const piece of source) {
        await file.appendFile(piece);
        this.hash.update(piece);
        this.size += piece.byteLength;
      }
    } finally {
      await file.close();
    }
  }
}

/** Sessions of this process: what an earlier one left half done is dropped, and its clients begin again. */
export class Uploads {
  private readonly sessions = new Map<string, Upload>();

  constructor(private readonly folder: string) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  begin(layout: Layout): Upload {
    const upload = new Upload(layout, this.folder, ({ id }) => this.sessions.delete(id));
    this.sessions.set(upload.id, upload);
    return upload;
  }

  /** Throws BLOB_UPLOAD_UNKNOWN; a session belongs to the repository that it was begun in. */
  find(layout: Layout, id: string): Upload {
    const upload = this.sessions.get(id);
    if (upload?.layout !== layout)
      throw new RegistryError("BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry");
    return upload;
  }
}
