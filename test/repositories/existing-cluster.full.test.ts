import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { journey } from "./journey.js";
import { onPlatform, platform } from "./platform.js";
import { nodeOnMaster } from "./samples.js";
import { Team } from "./team.js";

it(
  "an app with an existing cluster and load balancer, which are never touched",
  { timeout: 600_000 },
  async () => {
    const team = new Team(nodeOnMaster, { origin: "acme/notes", path: await podmanWithBaseImages() });
    await team.unpack();
    const there = await platform(team);
    await team.takeMoorage(".", ...onPlatform(there));
    expect(team.read("Pulumi.foundation-dev.yaml")).toContain(there.cluster);
    await journey(team, {
      foundation: "foundation-dev",
      change: () => team.write({ "server.js": team.read("server.js").replace('"one"', '"two"') }),
      says: { "": /^version (one|two)/ },
    });
    const after = await platform(team);
    expect(after).toEqual(there);
    team.report("An existing cluster");
  },
);
