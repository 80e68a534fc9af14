import type { Objects } from "../../backend/objects.js";
import { fileOf } from "./files.js";
import type { BuildStore } from "./record.js";
import { parseBuildText } from "./record.js";

/** Builds as objects `<prefix><tag>/<digest>.json`. `prefix` ends in a slash. */
export function objectBuilds(objects: Objects, prefix: string): BuildStore {
  return {
    async of(tag) {
      const keys = await objects.list(`${prefix}${tag}/`);
      const read = keys.map(async (key) => {
        const found = await objects.read(key);
        return found && parseBuildText(key, found.body);
      });
      return (await Promise.all(read)).filter((record) => record !== undefined);
    },
    async add(record) {
      const key = `${prefix}${record.tag}/${fileOf(record.digest)}`;
      // Refused where it is there: the same bytes were recorded before.
      await objects.write(key, JSON.stringify(record, undefined, 2), { absent: true });
    },
  };
}
