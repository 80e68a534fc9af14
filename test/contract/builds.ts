import { describe, expect, it } from "vitest";
import { buildFormat, type BuildStore, newBuild } from "../../src/adapters/record/builds/record.js";

const tag = "sha-0123456789ab";
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;
const build = (digit: string, change = {}) =>
  newBuild({
    tag,
    digest: digestOf(digit),
    repository: "hello",
    at: "2026-01-01T00:00:00Z",
    by: "ci",
    ...change,
  });

/** What every place that builds are recorded in does. */
export function buildStoreContract(name: string, open: () => BuildStore | Promise<BuildStore>): void {
  const digests = async (store: BuildStore, of = tag) =>
    (await store.of(of)).map(({ digest }) => digest).sort();

  describe(`recorded builds: ${name}`, () => {
    it("knows nothing of a tag that nobody built", async () => {
      expect(await (await open()).of(tag)).toEqual([]);
    });

    it("keeps every build of a tag, each once, and whose it was", async () => {
      const store = await open();
      await store.add(build("1"));
      await store.add(build("2", { by: "ann" }));
      await store.add(build("1"));
      expect(await digests(store)).toEqual([digestOf("1"), digestOf("2")]);
      expect((await store.of(tag)).map(({ by, at }) => `${by} ${at}`).sort()).toEqual([
        "ann 2026-01-01T00:00:00Z",
        "ci 2026-01-01T00:00:00Z",
      ]);
    });

    it("F52: the first build of bytes is not replaced by who claims them later", async () => {
      const store = await open();
      await store.add(build("1", { by: "main" }));
      await store.add(build("1", { by: "mallory" }));
      expect((await store.of(tag)).map(({ by }) => by)).toEqual(["main"]);
    });

    it("tells tags apart of which one begins as another does", async () => {
      const store = await open();
      await store.add(build("1"));
      await store.add(build("2", { tag: `${tag}.1` }));
      await store.add(build("3", { tag: `${tag}c` }));
      expect(await digests(store)).toEqual([digestOf("1")]);
    });

    it("F14: two runs that record at once lose neither build", async () => {
      const store = await open();
      await Promise.all(["1", "2", "3"].map((digit) => store.add(build(digit))));
      expect(await digests(store)).toEqual(["1", "2", "3"].map(digestOf));
    });

    it("F57: a build of a newer format is refused", async () => {
      const store = await open();
      await store.add({ ...build("1"), format: buildFormat + 1, moorage: "9.1.0" });
      await expect(store.of(tag)).rejects.toMatchObject({ code: "format-newer", exitCode: 4 });
    });
  });
}
