import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { journey, usual } from "./journey.js";
import { pythonWithCompose } from "./samples.js";
import { Team } from "./team.js";

it(
  "Flask behind nginx, two services of a compose file and nothing of Node: from init to rollback",
  { timeout: 600_000 },
  async () => {
    const team = new Team(pythonWithCompose, { origin: "acme/pages", path: await podmanWithBaseImages() });
    await team.takeMoorage(".", ...usual);
    expect(team.read("Pulumi.dev.yaml")).toContain("context: api");
    await journey(team, {
      foundation: "foundation-dev",
      change: () => {
        for (const file of ["web/index.html", "api/app.py"])
          team.write({
            [file]: team.read(file).replace(/version one|"one"/, (found) => found.replace("one", "two")),
          });
      },
      says: { "": /^version (one|two)/, "api/": /^version (one|two)/ },
    });
    team.report("Flask behind nginx");
  },
);
