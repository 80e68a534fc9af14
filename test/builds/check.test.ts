import { expect, it } from "vitest";
import { checkBuilds } from "../../src/builds/check.js";
import { fileBuilds } from "../../src/builds/files.js";
import { newBuild } from "../../src/builds/record.js";
import { temporaryFolder } from "../support/folder.js";

const tag = "sha-0123456789ab";
const [own, foreign] = [`sha256:${"1".repeat(64)}`, `sha256:${"f".repeat(64)}`];
const built = newBuild({ tag, digest: own, repository: "hello", at: "2026-01-01T00:00:00Z", by: "ci" });

it("F52: other bytes than the commit's recorded builds made are refused, and both digests are named", async () => {
  const builds = fileBuilds(temporaryFolder());
  await builds.add(built);
  await builds.add(built);
  expect(await builds.of(tag)).toEqual([built]);
  await checkBuilds(builds, [{ service: "web", tag, digest: own }]);
  const refused = checkBuilds(builds, [{ service: "web", tag, digest: foreign }]);
  await expect(refused).rejects.toMatchObject({ code: "foreign-build", exitCode: 4 });
  await expect(refused).rejects.toThrow(new RegExp(`${foreign}.*${own}`));
});

it("tags that are no commit's need no record, and neither does a commit that nobody's build is recorded of", async () => {
  const builds = fileBuilds(temporaryFolder());
  await builds.add({ ...built, tag: "v1" });
  await checkBuilds(builds, [
    { service: "web", tag: "v1", digest: foreign },
    { service: "web", tag, digest: foreign },
  ]);
});

it("F57: a build that a newer Moorage recorded is refused, and the version to use is named", async () => {
  const builds = fileBuilds(temporaryFolder());
  await builds.add({ ...built, format: 99, moorage: "9.1.0" });
  const refused = checkBuilds(builds, [{ service: "web", tag, digest: own }]);
  await expect(refused).rejects.toMatchObject({ code: "format-newer", exitCode: 4 });
  await expect(refused).rejects.toThrow(/9\.1\.0/);
});
