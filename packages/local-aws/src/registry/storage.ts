import type { Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasFileCode } from "./files.js";
import { Layout } from "./layout.js";
import { parseManifest, requiredBlobs } from "./manifest.js";
import type { RepositoryName } from "./names.js";
import { Uploads } from "./uploads.js";

/** Every repository of every registry that the local target plays, under one folder. */
export class Storage {
  readonly uploads: Uploads;
  private readonly layouts = new Map<string, Layout>();

  constructor(private readonly root: string) {
    this.uploads = new Uploads(join(root, "uploads"));
  }

  /** The repository's layout, there or not: the same object each time. */
  layout({ host, name }: RepositoryName): Layout {
    // No component of a name starts with an underscore, so a layout never meets the repository `<name>/...`.
    const folder = join(this.root, "repositories", host, ...name.split("/"), "_layout");
    const layout = this.layouts.get(folder) ?? new Layout(folder, join(this.root, "blobs"));
    this.layouts.set(folder, layout);
    return layout;
  }

  /**
   * Drops what no image of the layout names any more, and pooled bytes that no repository has. What is younger than
   * `minimumAgeMs` stays: it may belong to a push whose manifest is still to come.
   */
  async collect(layout: Layout, now: number, minimumAgeMs = 60_000): Promise<void> {
    const named = await namedBlobs(layout);
    await sweep(join(layout.folder, "blobs", "sha256"), (name, { ctimeMs }) => {
      return !named.has(`sha256:${name}`) && now - ctimeMs >= minimumAgeMs;
    });
    await sweep(join(this.root, "blobs", "sha256"), (_name, { nlink, ctimeMs }) => {
      return nlink === 1 && now - ctimeMs >= minimumAgeMs;
    });
  }
}

async function namedBlobs(layout: Layout): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for (const { digest } of await layout.list()) {
    named.add(digest);
    for (const blob of requiredBlobs(parseManifest(await layout.readBlob(digest)))) named.add(blob);
  }
  return named;
}

async function sweep(folder: string, goes: (name: string, file: Stats) => boolean): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (hasFileCode(error, "ENOENT")) return [];
    throw error;
  });
  for (const name of names) {
    const path = join(folder, name);
    const file = await stat(path).catch(() => undefined);
    if (file && goes(name, file)) await rm(path, { force: true });
  }
}
