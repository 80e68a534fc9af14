import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Layout } from "./layout.js";
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

  /** Drops pooled blobs that no repository has any more. Safe while pushes run: theirs are linked or seconds old. */
  async collect(now: number, minimumAgeMs = 60_000): Promise<void> {
    const pool = join(this.root, "blobs", "sha256");
    for (const name of await readdir(pool).catch(() => [])) {
      const file = await stat(join(pool, name));
      if (file.nlink === 1 && now - file.ctimeMs > minimumAgeMs) await rm(join(pool, name), { force: true });
    }
  }
}
