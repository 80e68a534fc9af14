import { expect, it } from "vitest";
import { podmanWithBaseImages } from "./base-images.js";
import { journey, usual } from "./journey.js";
import { goMonorepo } from "./samples.js";
import { Team } from "./team.js";

type Status = readonly { stack: string; imageTag: string }[];
it(
  "two Go apps of one repository are deployed, released and rolled back without touching each other",
  { timeout: 900_000 },
  async () => {
    const path = await podmanWithBaseImages({ go: true });
    const team = new Team(goMonorepo, { origin: "acme/mono", path });
    await team.takeMoorage("apps/orders", ...usual);
    await team.init("apps/billing", ...usual);
    const whole = (app: string) => ({
      place: `apps/${app}`,
      prefix: `${app}-`,
      foundation: "foundation-dev",
      change: () => {
        const file = `apps/${app}/main.go`;
        team.write({ [file]: team.read(file).replace('"one"', '"two"') });
      },
      says: { "": new RegExp(`^${app} version (one|two)`) },
    });
    await journey(team, whole("orders"));
    const before = await team.json<Status>("status", "--cwd", "apps/orders");
    await journey(team, whole("billing"));
    expect(await team.json<Status>("status", "--cwd", "apps/orders")).toMatchObject(versionsOf(before));
    team.report("Two Go apps of one repository");
  },
);

function versionsOf(status: Status): Status {
  return status.map(({ stack, imageTag }) => ({ stack, imageTag }));
}
