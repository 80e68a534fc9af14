import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { journey, usual } from "./journey.js";
import { nodeOnMaster } from "./samples.js";
import { Team } from "./team.js";

it(
  "a Node app whose default branch is master: from init to rollback by the packed tarball alone",
  { timeout: 600_000 },
  async () => {
    const team = new Team(nodeOnMaster, {
      branch: "master",
      origin: "acme/notes",
      path: await podmanWithBaseImages(),
    });
    await team.takeMoorage(".", ...usual);
    expect(team.read("Pulumi.foundation-dev.yaml")).toContain("master");
    await journey(team, {
      change: () => team.write({ "server.js": team.read("server.js").replace('"one"', '"two"') }),
      foundation: "foundation-dev",
      says: { "": /^version (one|two)/ },
    });
    team.report("A Node app on master");
  },
);
