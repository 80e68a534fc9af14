import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloudStacks } from "../../../../src/adapters/backend/cloud.js";
import { cloudBuilds } from "../../../../src/adapters/record/builds/cloud.js";
import { fileBuilds } from "../../../../src/adapters/record/builds/files.js";
import { newBuild } from "../../../../src/adapters/record/builds/record.js";
import { buildStoreContract } from "../../../contract/builds.js";
import { temporaryFolder } from "../../../harness/folder.js";
import { type CloudFake, openCloudFake } from "../../../fakes/pulumi-cloud.js";

let cloud: CloudFake;
beforeAll(async () => void (cloud = await openCloudFake()));
afterAll(() => cloud.close());

const open = (project: string = randomUUID()) =>
  cloudBuilds(cloudStacks(cloud.url, { token: cloud.token, defaultOrg: undefined }, project));
const tagOf = (number: number) => `sha-${String(number).padStart(12, "0")}`;
const build = (number: number, change = {}) =>
  newBuild({
    tag: tagOf(number),
    digest: `sha256:${String(number).padStart(64, "0")}`,
    repository: "hello",
    at: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
    by: "ci",
    ...change,
  });

buildStoreContract("files", () => fileBuilds(temporaryFolder()));
buildStoreContract("Pulumi Cloud", () => open());

it.each(["", "{", "{}", '{"format":1}'])(
  "F52: a file that says %j is no record, and names itself",
  async (text) => {
    const folder = temporaryFolder();
    await fileBuilds(folder).add(build(1));
    const file = join(folder, tagOf(1), `${"2".padStart(64, "0")}.json`);
    writeFileSync(file, text);
    await expect(fileBuilds(folder).of(tagOf(1))).rejects.toMatchObject({
      code: "build-unreadable",
      message: expect.stringContaining(file) as string,
    });
  },
);

describe("builds in Pulumi Cloud", () => {
  it("are tags of a stack of their own, without resources", async () => {
    await open("kept").add(build(1, { by: "ann b" }));
    const tags = cloud.stacks.get("acme/kept/moorage-builds")?.tags;
    expect(tags).toEqual({
      [`build:${tagOf(1)}.0`]: `1 2026-01-01T00:01:00.000Z sha256:${"1".padStart(64, "0")} ann-b`,
    });
  });

  it("are recorded though an answer was lost or the service was busy, each once", async () => {
    const builds = open("busy");
    cloud.troubles.push("lost", 503, "lost");
    await builds.add(build(1));
    expect(await builds.of(tagOf(1))).toHaveLength(1);
  });

  it("raise what the service says where it takes no tag, within a bound", async () => {
    const builds = open("refusing");
    cloud.refusal = "no more tags";
    try {
      await expect(builds.add(build(1))).rejects.toThrow("no more tags");
    } finally {
      cloud.refusal = undefined;
    }
  });

  it("lose the oldest where there are more than the service may take", async () => {
    const stack = "acme/many/moorage-builds";
    const value = ({ at, digest }: { at: string; digest: string }) => `1 ${at} ${digest} ci`;
    const many = Array.from({ length: 120 }, (_, at) => build(at + 1));
    const tags = Object.fromEntries(many.map((one) => [`build:${one.tag}.0`, value(one)]));
    cloud.stacks.set(stack, { tags: { "pulumi:project": "many", ...tags }, version: 0 });
    const builds = open("many");
    await builds.add(build(121));
    expect(Object.keys(cloud.stacks.get(stack)?.tags ?? {})).toHaveLength(101);
    expect(cloud.stacks.get(stack)?.tags["pulumi:project"]).toBe("many");
    expect(await builds.of(tagOf(1))).toEqual([]);
    expect(await builds.of(tagOf(121))).toHaveLength(1);
  });
});
