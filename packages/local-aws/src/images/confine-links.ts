import { readdir, readlink, rm, symlink } from "node:fs/promises";
import { join, posix } from "node:path";

/**
 * Makes every link of an unpacked image mean to a process of this machine what it means in a container: an absolute one
 * starts at the image's root, and `..` ends there. (OCI image specification, layer.md: a link's target is a path in the
 * image.)
 */
export async function confineLinks(rootfs: string): Promise<void> {
  for (const entry of await readdir(rootfs, { withFileTypes: true, recursive: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    const folder = `/${posix.relative(rootfs, entry.parentPath)}`;
    const target = await readlink(path);
    const climbs = posix.join("x", folder, target).split("/")[0] !== "x";
    if (!posix.isAbsolute(target) && !climbs) continue;
    const inside = posix.resolve(folder, target);
    await rm(path);
    await symlink(posix.relative(folder, inside) || ".", path);
  }
}
