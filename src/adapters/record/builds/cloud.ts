import type { CloudStacks, Tags } from "../../backend/cloud.js";
import { bounds } from "../../../core/bounds.js";
import { type BuildRecord, type BuildStore, newBuild, parseBuild } from "./record.js";

/** A stack without resources, whose tags are the builds. */
const stack = "moorage-builds";
const prefix = "build:";
/** So many stay, the newest: the service says nothing of how many tags a stack may have. */
const kept = 100;

/**
 * Builds as tags of a stack of their own in Pulumi Cloud, `build:<tag>.<n>`: a tag that is there is refused, so that no two
 * writers take one. A value has 256 characters: what it says is the digest, when, and by whom.
 */
export function cloudBuilds(stacks: CloudStacks): BuildStore {
  const ofTag = (tags: Tags, tag: string) =>
    Object.entries(tags).filter(
      ([name]) =>
        name.startsWith(`${prefix}${tag}.`) && /^\d+$/.test(name.slice(prefix.length + tag.length + 1)),
    );
  async function add(record: BuildRecord): Promise<void> {
    const { tag, digest, at, by } = record;
    const value = [record.format, at, digest, by.replace(/\s/g, "-")].join(" ").slice(0, 256);
    await stacks.create(stack, {});
    for (let turn = 0; ; turn++) {
      const tags = (await stacks.read(stack))?.tags ?? {};
      const own = ofTag(tags, tag);
      if (own.some(([, text]) => text.includes(digest))) return dropOldest(tags);
      const { refused } = await stacks.addTag(stack, `${prefix}${tag}.${String(own.length)}`, value);
      if (refused !== undefined && turn === 3) throw refused;
    }
  }
  async function dropOldest(tags: Tags): Promise<void> {
    const names = Object.keys(tags).filter((name) => name.startsWith(prefix));
    if (names.length <= kept + 20) return;
    const at = (name: string) => tags[name]?.split(" ")[1] ?? "";
    const gone = new Set(names.sort((a, b) => (at(a) < at(b) ? -1 : 1)).slice(0, names.length - kept));
    const left = Object.entries(tags).filter(([name]) => !gone.has(name));
    await stacks.replaceTags(stack, Object.fromEntries(left), bounds.claimWrite);
  }
  return {
    async of(tag) {
      const tags = (await stacks.read(stack))?.tags ?? {};
      return ofTag(tags, tag).map(([name, value]) => {
        const [format, at = "", digest = "", by = ""] = value.split(" ");
        const record = { ...newBuild({ tag, digest, at, by, repository: "" }), format: Number(format) };
        return parseBuild(`The tag ${name} of ${stack}`, record);
      });
    },
    add,
  };
}
