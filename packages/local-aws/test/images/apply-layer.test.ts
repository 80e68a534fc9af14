import { lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyLayer } from "../../src/images/apply-layer.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";
import { writeTar, type TarEntry } from "./layers.js";

/** A folder with a root file system in it and a secret beside it. */
function rootfs() {
  const folder = temporaryFolder();
  const root = join(folder, "rootfs");
  mkdirSync(root);
  writeFileSync(join(folder, "secret"), "untouched");
  return { folder, root, secret: () => readFileSync(join(folder, "secret"), "utf8") };
}

async function apply(root: string, entries: TarEntry[], compress = false): Promise<void> {
  await applyLayer(await writeTar(join(root, "..", "layer.tar"), entries, compress), root);
}

describe("applyLayer", () => {
  it.each([false, true])("lays out files, folders and links (gzip: %s)", async (compress) => {
    const { root } = rootfs();
    const entries: TarEntry[] = [
      { name: "./bin/", type: "directory", mode: 0o755 },
      { name: "./bin/tool", body: "#!", mode: 0o755 },
      { name: "deep/er/file", body: "made without its folders" },
      { name: "link", type: "symlink", linkname: "bin/tool" },
      { name: "hard", type: "link", linkname: "bin/tool" },
      { name: "empty" },
    ];
    await apply(root, entries, compress);
    expect(readFileSync(join(root, "link"), "utf8")).toBe("#!");
    expect(readFileSync(join(root, "hard"), "utf8")).toBe("#!");
    expect(readFileSync(join(root, "deep/er/file"), "utf8")).toBe("made without its folders");
    expect(lstatSync(join(root, "bin/tool")).mode & 0o777).toBe(0o755);
    expect(readFileSync(join(root, "empty"), "utf8")).toBe("");
  });

  it("keeps no setuid bit, and nothing that its owner could not delete", async () => {
    const { root } = rootfs();
    await apply(root, [
      { name: "locked", type: "directory", mode: 0o055 },
      { name: "locked/tool", mode: 0o4011 },
      { name: "pipe", type: "fifo" },
    ]);
    expect(lstatSync(join(root, "locked")).mode & 0o7777).toBe(0o755);
    expect(lstatSync(join(root, "locked/tool")).mode & 0o7777).toBe(0o611);
    expect(readdirSync(root)).toEqual(["locked"]);
  });

  it("replaces what an earlier layer left, whatever its kind", async () => {
    const { root } = rootfs();
    await apply(root, [
      { name: "a", body: "old" },
      { name: "b/file", body: "old" },
      { name: "c", type: "symlink", linkname: "a" },
      { name: "kept/one", body: "1" },
    ]);
    await apply(root, [
      { name: "a", type: "directory" },
      { name: "b", body: "new" },
      { name: "c", body: "new" },
      { name: "kept", type: "directory" },
      { name: "kept/two", body: "2" },
    ]);
    expect(readFileSync(join(root, "b"), "utf8")).toBe("new");
    expect(lstatSync(join(root, "a")).isDirectory()).toBe(true);
    expect(lstatSync(join(root, "c")).isFile()).toBe(true);
    expect(readdirSync(join(root, "kept"))).toEqual(["one", "two"]);
  });

  it("obeys whiteouts and opaque folders", async () => {
    const { root } = rootfs();
    await apply(root, [
      { name: "gone/file" },
      { name: "stays" },
      { name: "opaque/old" },
      { name: "opaque/sub/old" },
    ]);
    await apply(root, [
      { name: ".wh.gone" },
      { name: ".wh.never-there" },
      { name: "opaque/new" },
      { name: "opaque/.wh..wh..opq" },
    ]);
    expect(readdirSync(root)).toEqual(["opaque", "stays"]);
    expect(readdirSync(join(root, "opaque"))).toEqual(["new"]);
  });

  it("bug 14: a whiteout hides what lower layers had, wherever in its own layer it stands, and nothing of that layer", async () => {
    const { root } = rootfs();
    await apply(root, [
      { name: "opaque/sub/old" },
      { name: "opaque/kept", type: "directory" },
      { name: "opaque/kept/old" },
      { name: "again", type: "directory" },
      { name: "again/old" },
      { name: "file", body: "old" },
    ]);
    await apply(root, [
      { name: "opaque/deep/new" },
      { name: "opaque/kept", type: "directory" },
      { name: "opaque/sub/new" },
      { name: "opaque/.wh..wh..opq" },
      { name: "again/new" },
      { name: ".wh.again" },
      { name: "file", body: "new" },
      { name: ".wh.file" },
    ]);
    expect(readdirSync(join(root, "opaque"))).toEqual(["deep", "kept", "sub"]);
    expect(readdirSync(join(root, "opaque/deep"))).toEqual(["new"]);
    expect(readdirSync(join(root, "opaque/kept"))).toEqual([]);
    expect(readdirSync(join(root, "opaque/sub"))).toEqual(["new"]);
    expect(readdirSync(join(root, "again"))).toEqual(["new"]);
    expect(readFileSync(join(root, "file"), "utf8")).toBe("new");
  });

  it("writes through a folder that is a link inside of the image", async () => {
    const { root } = rootfs();
    await apply(root, [
      { name: "usr/lib", type: "directory" },
      { name: "lib", type: "symlink", linkname: "usr/lib" },
      { name: "absolute", type: "symlink", linkname: "/usr/lib" },
      { name: "lib/one", body: "1" },
      { name: "absolute/two", body: "2" },
    ]);
    expect(readdirSync(join(root, "usr/lib"))).toEqual(["one", "two"]);
  });

  it.each<[string, TarEntry[]]>([
    ["a path with ..", [{ name: "../secret", body: "x" }]],
    ["a path with .. in the middle", [{ name: "a/../../secret", body: "x" }]],
    ["a whiteout of ..", [{ name: ".wh..." }]],
    ["a whiteout of the folder itself", [{ name: "a/.wh.." }]],
    ["a hard link to outside", [{ name: "hard", type: "link", linkname: "../secret" }]],
    [
      "a loop of links",
      [
        { name: "a", type: "symlink", linkname: "b" },
        { name: "b", type: "symlink", linkname: "a" },
        { name: "a/file", body: "x" },
      ],
    ],
  ])("refuses %s", async (_what, entries) => {
    const { root, secret } = rootfs();
    await expect(apply(root, entries)).rejects.toThrow(/leaves the image|too many symbolic links/);
    expect(secret()).toBe("untouched");
  });

  it.each<[string, TarEntry[]]>([
    [
      "a link upwards",
      [
        { name: "up", type: "symlink", linkname: ".." },
        { name: "up/secret", body: "overwritten" },
      ],
    ],
    [
      "an absolute link",
      [
        { name: "abs", type: "symlink", linkname: "/" },
        { name: "abs/secret", body: "overwritten" },
      ],
    ],
    [
      "links that lead to links",
      [
        { name: "a", type: "symlink", linkname: "../.." },
        { name: "b", type: "symlink", linkname: "a/.." },
        { name: "b/secret", body: "overwritten" },
      ],
    ],
    [
      "a link in the file's own place",
      [
        { name: "secret", type: "symlink", linkname: "../secret" },
        { name: "secret", body: "overwritten" },
      ],
    ],
    [
      "a whiteout behind a link",
      [
        { name: "up", type: "symlink", linkname: ".." },
        { name: "up/.wh.secret" },
        { name: "up/.wh..wh..opq" },
      ],
    ],
  ])("stays inside in spite of %s", async (_what, entries) => {
    const { folder, root, secret } = rootfs();
    await apply(root, entries);
    expect(secret()).toBe("untouched");
    expect(readdirSync(folder).sort()).toEqual(["layer.tar", "rootfs", "secret"]);
  });

  it("says so when the layer is cut short or no archive", async () => {
    const { root } = rootfs();
    const file = await writeTar(join(root, "..", "layer.tar"), [{ name: "file", body: "x".repeat(5000) }]);
    writeFileSync(file, readFileSync(file).subarray(0, 2000));
    await expect(applyLayer(file, root)).rejects.toThrow();
    writeFileSync(file, Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(600, 7)]));
    await expect(applyLayer(file, root)).rejects.toThrow();
  });
});
