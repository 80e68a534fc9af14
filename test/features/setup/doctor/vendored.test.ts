import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { vendoredFindings } from "../../../../src/features/setup/doctor/vendored.js";
import { installationFiles } from "../../../../src/features/setup/init/installation.js";
import { packArchive } from "../../../../src/features/setup/install/archive.js";
import { type Bundle, readBundle } from "../../../../src/features/setup/install/bundle.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { root } from "../../../harness/sandbox.js";

const pack = async (program: string) => {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text), isExecutable: false });
  const files = [
    file("bin/moorage.js", program),
    file("bin/vendored.mjs", readFileSync(join(root, "bin/vendored.mjs"), "utf8")),
    file("package.json", JSON.stringify({ name: "moorage", version: "9.9.9", type: "module" })),
  ];
  return readBundle(await packArchive(files), "test");
};

let bundle: Bundle;
let other: Bundle;

beforeAll(async () => {
  [bundle, other] = await Promise.all([pack("// one"), pack("// another")]);
});

const archive = ".github/moorage/moorage-9.9.9.tgz";
const loader = ".github/moorage/moorage.mjs";

/** What doctor says of a repository that vendors Moorage, after something has happened to it. */
async function examined(change: (at: (path: string) => string) => void = () => undefined) {
  const folder = temporaryFolder();
  execFileSync("git", ["init", "--quiet", folder]);
  const at = (path: string) => join(folder, path);
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  for (const { path, content } of installationFiles({ way: "vendor", bundle })) write(path, content);
  const record = { version: "9.9.9", install: { way: "vendor" }, apps: [], files: {} };
  write(".github/moorage/written.json", JSON.stringify(record));
  change(at);
  const [finding] = await vendoredFindings(folder);
  return finding;
}

const edit = (file: string, change: (text: string) => string) =>
  writeFileSync(file, change(readFileSync(file, "utf8")));

it("the package and loader that init wrote pass, also with the line ends of a checkout on Windows", async () => {
  expect(await examined()).toMatchObject({ result: "OK" });
  const windows = await examined((at) => edit(at(loader), (text) => text.replaceAll("\n", "\r\n")));
  expect(windows).toMatchObject({ result: "OK" });
});

it.each<[string, (at: (path: string) => string) => void, RegExp]>([
  ["another package", (at) => writeFileSync(at(archive), other.archive), /states another SHA-256/],
  [
    "half a package",
    (at) => writeFileSync(at(archive), bundle.archive.subarray(0, 100)),
    /moorage-9\.9\.9\.tgz/,
  ],
  ["no package", (at) => rmSync(at(archive)), /moorage-9\.9\.9\.tgz does not exist/],
  [
    "a loader with another hash",
    (at) => edit(at(loader), (text) => text.replace(bundle.sha256, other.sha256)),
    /states another SHA-256/,
  ],
  [
    "a loader that does more",
    (at) => edit(at(loader), (text) => `${text}\nconsole.log(process.env);\n`),
    /is not the loader that moorage-9\.9\.9\.tgz brings/,
  ],
  ["no loader", (at) => rmSync(at(loader)), /moorage\.mjs does not exist/],
])("doctor fails %s, and names what is wrong", async (_, change, message) => {
  const finding = await examined(change);
  expect(finding).toMatchObject({ result: "NG" });
  expect(JSON.stringify(finding)).toMatch(message);
});
