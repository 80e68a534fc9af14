import { chmodSync, chownSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Home } from "../../src/home/home.js";
import { temporaryFolder } from "../../../../test/harness/folder.js";

const site = { account: "111111111111", region: "us-east-1" };

it("a home is made with the folders above it, and opened again as the same", () => {
  const folder = join(temporaryFolder(), "above", "home");
  const home = Home.open(folder, site);
  expect(Home.open(folder, site).id).toBe(home.id);
});

it("a folder with somebody's own files does not become a home", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "mywork"));
  expect(() => Home.open(folder, site)).toThrow(
    expect.objectContaining({ code: "home-not-empty", exitCode: 2 }),
  );
  expect(existsSync(join(folder, "home.json"))).toBe(false);
});

it("what a home that was half made holds is no stranger's", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "passphrase"), "from a run that was killed");
  expect(() => Home.open(folder, site)).not.toThrow();
});

it.each(["/proc/nowhere", "/dev/null", "/dev/null/home"])(
  "a folder that cannot be made is refused: %s",
  (folder) => {
    expect(() => Home.open(folder, site)).toThrow(
      expect.objectContaining({ code: "home-unusable", exitCode: 2 }),
    );
  },
);

it("F53: a folder that others may open is closed to them", () => {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  const { id } = Home.open(folder, site);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  chmodSync(folder, 0o755);
  expect(Home.open(folder, site).id).toBe(id);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

it.skipIf(process.getuid?.() !== 0)("F53: a folder of another user's does not become a home", () => {
  const folder = temporaryFolder();
  chownSync(folder, 65534, 65534);
  expect(() => Home.open(folder, site)).toThrow(
    expect.objectContaining({
      code: "home-unusable",
      exitCode: 2,
      message: expect.stringContaining("belongs to another user") as string,
    }),
  );
  expect(existsSync(join(folder, "home.json"))).toBe(false);
});
