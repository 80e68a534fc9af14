import { link, readFile, rm, writeFile } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { makeFolder } from "../../../core/make-folder.js";
import { namesIn } from "../../../core/folder-names.js";
import type { BuildStore } from "./record.js";
import { parseBuildText } from "./record.js";

/** Builds as files `<tag>/<digest>.json`: one for each, so that no two writers meet. */
export function fileBuilds(folder: string): BuildStore {
  return {
    async of(tag) {
      const names = (await namesIn(join(folder, tag))).filter((name) => name.endsWith(".json"));
      const read = names.map(async (name) => {
        const file = join(folder, tag, name);
        return parseBuildText(file, await readFile(file, "utf8"));
      });
      return Promise.all(read);
    },
    async add(record) {
      const own = join(folder, record.tag);
      makeFolder(own);
      const draft = join(own, `.${randomUUID()}`);
      await writeFile(draft, JSON.stringify(record, undefined, 2), { flush: true });
      try {
        // Not renamed: the first who records bytes stays who built them.
        await link(draft, join(own, fileOf(record.digest))).catch(unlessThere);
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

/** `<hexadecimal digits>.json` */
export function fileOf(digest: string): string {
  return `${digest.replace(/^sha256:/, "")}.json`;
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
