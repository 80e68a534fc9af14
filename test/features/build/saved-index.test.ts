import { describe, expect, it } from "vitest";
import { buildMode } from "../../../src/features/build/build-mode.js";
import type { ImageOrder } from "../../../src/adapters/images/builder.js";
import { loadServices } from "../../../src/features/build/load-services.js";
import { checkConfig, chooseSaved, indexOf } from "../../../src/features/build/saved-index.js";

const commit = "0123456789abcdef0123456789abcdef01234567";
const digest = `sha256:${"a".repeat(64)}`;
const order = (repository: string): ImageOrder => ({
  services: [repository],
  repository,
  context: "/src",
  dockerfile: "/src/Dockerfile",
  target: undefined,
  args: {},
  platform: "linux/amd64",
});
const image = (repository: string) => ({ repository, digest, size: 1 });

describe("F27: which saved images are taken", () => {
  it("are those of our services, found by the names that we give them", () => {
    const index = indexOf(commit, [image("api"), image("web")]);
    const chosen = chooseSaved(index, commit, [order("web"), order("api")]);
    expect(chosen.map((one) => one.order.repository)).toEqual(["web", "api"]);
  });

  it.each([
    ["one is missing", [image("web")], "is missing"],
    ["one is nobody's", [image("web"), image("api"), image("admin")], "no image of our services"],
    ["one has a hostile name", [image("web"), image("../../api")], "no image of our services"],
    ["one is there twice", [image("web"), image("api"), image("api")], "more than once"],
  ])("none where %s", (_what, images, reason) => {
    const choose = () => chooseSaved(indexOf(commit, images), commit, [order("web"), order("api")]);
    expect(choose).toThrow(reason);
  });

  it("none of another commit, also where 12 digits are the same", () => {
    const near = `${commit.slice(0, 12)}${"f".repeat(28)}`;
    expect(() => chooseSaved(indexOf(near, [image("web")]), commit, [order("web")])).toThrow("not of");
    const config = { os: "linux", architecture: "amd64" };
    const labels = { "org.opencontainers.image.revision": near };
    const wanted = { repository: "web", platform: "linux/amd64", commit };
    expect(() => checkConfig({ ...config, config: { Labels: labels } }, wanted)).toThrow("not of");
    expect(() => checkConfig({ ...config, config: { Labels: null } }, wanted)).toThrow("no commit");
  });
});

describe("what `build` is asked for", () => {
  const none = { push: false, latest: false, dockerfile: false };

  it("is a build, saving, or pushing what was saved", () => {
    expect(buildMode({ ...none, push: true, latest: true })).toEqual({ kind: "build" });
    expect(buildMode({ ...none, save: "images", dockerfile: true })).toEqual({
      kind: "save",
      folder: "images",
    });
    const load = { ...none, push: true, load: "images", commit };
    expect(buildMode(load)).toEqual({ kind: "load", folder: "images", commit });
  });

  it.each([
    [{ save: "a", load: "b" }, "--save fills"],
    [{ save: "a", push: true }, "--save cannot be combined with --push"],
    [{ save: "a", tag: "v1" }, "--save cannot be combined with --tag"],
    [{ save: "a", commit }, "--commit is only for --load"],
    [{ commit }, "--commit is only for --load"],
    [{ load: "a", commit }, "add --push"],
    [{ load: "a", push: true }, "needs --commit"],
    [{ load: "a", push: true, commit, latest: true }, "--load cannot be combined with --latest"],
  ])("F27: is never a mixture: %j", (asked, reason) => {
    expect(() => buildMode({ ...none, ...asked })).toThrow(reason);
  });
});

it("F27: nothing is taken unless the team has turned approval on", async () => {
  const config = { preview: { forks: "refuse" } } as never;
  const registry = { host: "111111111111.dkr.ecr.us-east-1.amazonaws.com", account: "111111111111" };
  const request = { folder: "/src", config, registry, services: undefined, from: "images", commit };
  await expect(loadServices({} as never, request)).rejects.toMatchObject({
    code: "forks-refused",
    exitCode: 4,
  });
  const short = loadServices({} as never, { ...request, commit: commit.slice(0, 12) });
  await expect(short).rejects.toMatchObject({ code: "bad-arguments", exitCode: 2 });
});
