import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compareAll } from "../../../../src/features/setup/init/compare.js";
import { writeFileIn } from "../../../../src/features/setup/init/write.js";
import { packArchive } from "../../../../src/features/setup/install/archive.js";
import { readBundle } from "../../../../src/features/setup/install/bundle.js";
import { readRecord, recordFile } from "../../../../src/features/setup/install/record.js";
import { temporaryFolder } from "../../../harness/folder.js";

function repository() {
  const folder = temporaryFolder();
  const top = join(folder, "repository");
  mkdirSync(top);
  return { top, away: join(folder, "away") };
}

function recordWith(top: string, change: object): void {
  const app = {
    app: "shop",
    place: "",
    main: "main",
    commands: { install: "", lint: "", types: "", test: "" },
    environments: ["dev"],
  };
  const record = { version: "0.1.0", install: { way: "vendor" }, apps: [app], files: {}, ...change };
  mkdirSync(join(top, ".github/moorage"), { recursive: true });
  writeFileSync(join(top, recordFile), JSON.stringify(record));
}

describe("what init and upgrade are told of files", () => {
  it.each(["../outside.txt", "/etc/x", "a/../../b", "..\\windows"])(
    "a record that names %s is refused: it would be removed there",
    async (path) => {
      const { top } = repository();
      recordWith(top, { files: { [path]: "0".repeat(64) } });
      await expect(readRecord(top)).rejects.toMatchObject({ code: "config-invalid", exitCode: 2 });
    },
  );

  it("a folder or a file that is a link leads nothing out of the repository", async () => {
    const { top, away } = repository();
    mkdirSync(away);
    symlinkSync(away, join(top, ".github"));
    symlinkSync(join(away, "p.yaml"), join(top, "Pulumi.yaml"));
    for (const path of [".github/workflows/w.yml", "Pulumi.yaml"]) {
      const file = { path, content: "x" };
      await expect(writeFileIn(top, file)).rejects.toMatchObject({ code: "not-writable", exitCode: 2 });
      await expect(compareAll(top, [file])).rejects.toMatchObject({ code: "not-writable" });
    }
    expect(existsSync(join(away, "workflows"))).toBe(false);
    expect(existsSync(join(away, "p.yaml"))).toBe(false);
  });

  it("a folder in a file's place, and a file in a folder's, are named before anything is written", async () => {
    const { top } = repository();
    mkdirSync(join(top, "Pulumi.yaml"));
    writeFileSync(join(top, ".github"), "");
    for (const path of ["Pulumi.yaml", ".github/workflows/w.yml"]) {
      await expect(compareAll(top, [{ path, content: "x" }])).rejects.toMatchObject({
        code: "not-writable",
        message: expect.stringContaining(join(top, path)),
      });
    }
    await expect(readRecord(top)).rejects.toMatchObject({ code: "not-writable" });
  });

  it("what is new, or is there as a file, is written", async () => {
    const { top } = repository();
    for (const content of ["one", "two"])
      await writeFileIn(top, { path: ".github/workflows/w.yml", content });
    expect((await compareAll(top, [{ path: ".github/workflows/w.yml", content: "two" }]))[0]?.state).toBe(
      "same",
    );
  });
});

it.each(["{", "null", '{"name":"moorage","version":7}', '{"name":"other","version":"1.0.0"}'])(
  "a package whose package.json is %s is broken, and said so",
  async (text) => {
    const file = (path: string, content: string) => ({
      path,
      content: Buffer.from(content),
      isExecutable: false,
    });
    const archive = await packArchive([file("package.json", text), file("bin/moorage.js", "")]);
    await expect(readBundle(archive, "it")).rejects.toMatchObject({ code: "bundle-broken", exitCode: 2 });
  },
);

it("a package with a file of a negative size is broken", async () => {
  const { gunzipSync, gzipSync } = await import("node:zlib");
  const tar = gunzipSync(
    await packArchive([{ path: "package.json", content: Buffer.from("{}"), isExecutable: false }]),
  );
  tar.write("-0000000200", 124);
  await expect(readBundle(gzipSync(tar), "it")).rejects.toMatchObject({ code: "bundle-broken" });
});
