import { describe, expect, it } from "vitest";
import { commitForLatest, moveLatest } from "../../../src/features/build/latest.js";
import { silentReporter } from "../../../src/core/reporter.js";
import { openSource } from "../../../src/adapters/git/repository.js";
import { dev, digestAt, repository, stage } from "../../adapters/aws/registries.js";
import { pushImage } from "../../../packages/local-aws/test/registry/serve.js";
import { initGit } from "../../harness/git.js";
import { temporaryFolder } from "../../harness/folder.js";

async function history() {
  const folder = temporaryFolder();
  const git = initGit(folder);
  const [older, newer] = [git.commit("one"), git.commit("two")];
  const source = await openSource(folder);
  if (source === undefined) throw new Error("no repository");
  return { git, source, older, newer };
}

describe("latest", () => {
  it("F29: goes forward along main, never back", async () => {
    const { source, older, newer } = await history();
    const registry = await stage(dev);
    const digests = {
      [older]: await pushImage(registry.url, "hello", "sha-1"),
      [newer]: await pushImage(registry.url, "hello", "sha-2"),
    };
    const move = (commit: string, current: string | undefined) => {
      const digest = digests[commit] ?? "";
      return moveLatest({
        repository: repository(registry),
        digest,
        commit,
        current,
        source,
        reporter: silentReporter,
      });
    };
    await move(older, undefined);
    expect(await digestAt(registry, "latest")).toBe(digests[older]);
    await move(newer, older);
    expect(await digestAt(registry, "latest")).toBe(digests[newer]);
    await move(older, newer);
    expect(await digestAt(registry, "latest")).toBe(digests[newer]);
  });

  it("is for commits on main only", async () => {
    const { git, source, newer } = await history();
    git.run("switch", "--quiet", "--create", "side");
    const side = git.commit("three");
    const version = { tag: "x", created: new Date() };
    expect((await commitForLatest({ ...version, revision: newer }, source)).commit).toBe(newer);
    for (const [revision, where] of [
      [side, source],
      [undefined, source],
      [newer, undefined],
    ] as const) {
      const refused = commitForLatest({ ...version, revision }, where);
      await expect(refused).rejects.toMatchObject({ code: "latest-off-main", exitCode: 4 });
    }
  });
});
