import { describe, expect, it } from "vitest";
import { releaseThatRuns } from "../../../../src/features/deploy/rollback/running-release.js";

const deployed = { imageTag: "v2", digests: { web: "sha256:w2", api: "sha256:a2" } };

describe("the release that runs", () => {
  it("is what was deployed where no service runs another image", () => {
    expect(releaseThatRuns(deployed, {})).toEqual(deployed);
  });

  it("is the one that every service went back to", () => {
    const images = { web: { digest: "sha256:w1", tag: "v1" }, api: { digest: "sha256:a1", tag: "v1" } };
    expect(releaseThatRuns(deployed, images)).toEqual({
      imageTag: "v1",
      digests: { web: "sha256:w1", api: "sha256:a1" },
    });
  });

  it("is a mixed one where one service went back", () => {
    expect(releaseThatRuns(deployed, { api: { digest: "sha256:a1", tag: "v1" } })).toEqual({
      imageTag: "v2",
      imageTags: { api: "v1" },
      digests: { web: "sha256:w2", api: "sha256:a1" },
    });
  });

  it("leaves out a digest that nobody tells", () => {
    expect(releaseThatRuns(deployed, { api: { digest: undefined, tag: undefined } }).digests).toEqual({
      web: "sha256:w2",
    });
  });
});
