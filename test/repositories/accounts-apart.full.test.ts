import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { apart, journey } from "./journey.js";
import { nodeOnMaster } from "./samples.js";
import { Team } from "./team.js";

it(
  "prod has an account of its own: the same bytes get there, and the roles name its registry",
  { timeout: 600_000 },
  async () => {
    const team = new Team(nodeOnMaster, { origin: "acme/notes", path: await podmanWithBaseImages() });
    await team.takeMoorage(".", ...apart);
    await team.moorage("infra", "up", "foundation-prod");
    await journey(team, {
      foundation: "foundation-dev",
      change: () => team.write({ "server.js": team.read("server.js").replace('"one"', '"two"') }),
      says: { "": /^version (one|two)/ },
    });
    const [prod] = (await team.json<{ stack: string; url: string }[]>("status")).filter(
      ({ stack }) => stack === "prod",
    );
    expect(prod).toMatchObject({ imageTag: "v1.0.0", health: "healthy" });
    team.report("Accounts apart");
  },
);
