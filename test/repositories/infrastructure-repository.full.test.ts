import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { journey, usual } from "./journey.js";
import { nodeOnMaster } from "./samples.js";
import { Team } from "./team.js";

it(
  "an infrastructure repository with two apps, whose code and images are other repositories'",
  { timeout: 900_000 },
  async () => {
    const path = await podmanWithBaseImages();
    const infrastructure = new Team(
      { "apps/shop/README.md": "The shop.\n", "apps/blog/README.md": "The blog.\n" },
      { origin: "acme/infrastructure", path },
    );
    await infrastructure.takeMoorage("apps/shop", ...usual, "--port", "3000");
    await infrastructure.init("apps/blog", ...usual, "--port", "3000");
    await infrastructure.lint();
    for (const app of ["shop", "blog"]) {
      const code = new Team(nodeOnMaster, { origin: `acme/${app}`, path, with: infrastructure });
      await code.takeMoorage(".", ...usual, "--infrastructure", "acme/infrastructure");
      expect(code.read(".github/workflows/moorage-request.yml")).toContain("acme/infrastructure");
      await code.lint();
      let version = "one";
      await journey(infrastructure, {
        place: `apps/${app}`,
        prefix: `${app}-`,
        foundation: "foundation-dev",
        change: () => {
          version = "two";
          code.write({ "server.js": code.read("server.js").replace('"one"', '"two"') });
        },
        build: async () => {
          await code.commit(`Version ${version}`);
          const { tag } = await code.json<{ tag: string }>("build", "--push");
          return tag;
        },
        source: code.repository,
        says: { "": /^version (one|two)/ },
      });
    }
    const status = await infrastructure.json<{ stack: string; imageTag: string }[]>(
      "status",
      "--cwd",
      "apps/shop",
    );
    expect(status.map(({ stack, imageTag }) => [stack, imageTag]).slice(1)).toEqual([
      ["staging", "shop-v1.1.0"],
      ["prod", "shop-v1.0.0"],
    ]);
    infrastructure.report("An infrastructure repository with two apps");
  },
);
