import { expect, it } from "vitest";
import { checkBuilds } from "../../../src/features/deploy/check-build.js";
import { fileBuilds } from "../../../src/adapters/record/builds/files.js";
import { newBuild } from "../../../src/adapters/record/builds/record.js";
import { temporaryFolder } from "../../harness/folder.js";

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

it("F52: a commit that no build is recorded of is refused, and how to record one is said", async () => {
  const builds = fileBuilds(temporaryFolder());
  const refused = checkBuilds(builds, [{ service: "web", tag, digest: foreign }]);
  await expect(refused).rejects.toMatchObject({
    code: "build-unrecorded",
    exitCode: 4,
    hint: expect.stringMatching(/moorage build --push.*local image.*--reason/) as string,
  });
  await expect(refused).rejects.toThrow(`${tag} of service web is ${foreign}`);
  await checkBuilds(builds, [{ service: "web", tag, digest: foreign, isExplained: true }]);
});

it("F52: a reason for bytes that no build is recorded of is none for bytes that contradict the record", async () => {
  const builds = fileBuilds(temporaryFolder());
  await builds.add(built);
  const refused = checkBuilds(builds, [{ service: "web", tag, digest: foreign, isExplained: true }]);
  await expect(refused).rejects.toMatchObject({ code: "foreign-build" });
});

it("F52: a release stands for the commit that its image names: its bytes are those of a recorded build", async () => {
  const builds = fileBuilds(temporaryFolder());
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const claim = { service: "web", tag: "v1.2.3", digest: own, commit };
  await expect(checkBuilds(builds, [claim])).rejects.toMatchObject({ code: "build-unrecorded" });
  await builds.add(built);
  await checkBuilds(builds, [claim]);
  const other = checkBuilds(builds, [{ ...claim, digest: foreign }]);
  await expect(other).rejects.toMatchObject({ code: "foreign-build" });
  await expect(other).rejects.toThrow(new RegExp(`v1.2.3.*${foreign}.*${own}`));
});

it("tags that stand for no commit need no record", async () => {
  const builds = fileBuilds(temporaryFolder());
  await checkBuilds(builds, [
    { service: "web", tag: "v1", digest: foreign },
    { service: "web", tag: "v1.0.0", digest: foreign },
  ]);
});

it("F57: a build that a newer Moorage recorded is refused, and the version to use is named", async () => {
  const builds = fileBuilds(temporaryFolder());
  await builds.add({ ...built, format: 99, moorage: "9.1.0" });
  const refused = checkBuilds(builds, [{ service: "web", tag, digest: own }]);
  await expect(refused).rejects.toMatchObject({ code: "format-newer", exitCode: 4 });
  await expect(refused).rejects.toThrow(/9\.1\.0/);
});
