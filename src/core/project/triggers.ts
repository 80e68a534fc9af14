import { z } from "zod";
import { scope } from "./scope.js";
import { environmentName, oneOf, strict, textMatching } from "./values.js";

const environments = z
  .union([environmentName, z.array(environmentName)], { error: "must be an environment or a list of them" })
  .transform((value) => (typeof value === "string" ? [value] : value));

const pattern = textMatching(
  /^[A-Za-z0-9*][A-Za-z0-9._/*-]{0,199}$/,
  "the name of a branch or tag, or a pattern such as release/* or v*-rc.*",
);

const byPattern = z.record(pattern, environments, { error: "must map names or patterns to environments" });

/** What deploys where as long as neither `branches` nor `tags` says it. */
const usual = { main: ["dev"], prerelease: ["staging"], release: ["staging", "prod"] };

/** With `branches` or `tags` named, only what is named deploys anything. */
export const triggers = strict({
  main: environments.optional(),
  prerelease: environments.optional(),
  release: environments.optional(),
  branches: byPattern.optional(),
  tags: byPattern.optional(),
  /** What stands before the version in the tags of the app's releases; by default, `moorage:scope` and a hyphen. */
  tagPrefix: textMatching(
    /^(?!.*(^|-)v[0-9])([A-Za-z0-9][A-Za-z0-9_.-]{0,63}-)?$/,
    "the beginning of tags, ending with a hyphen, such as api-",
  ).optional(),
  edited: z.boolean({ error: "must be true or false" }).default(false),
}).transform(({ branches, tags, ...named }) => {
  const { main, prerelease, release } = branches || tags ? { main: [], prerelease: [], release: [] } : usual;
  return {
    ...named,
    main: named.main ?? main,
    prerelease: named.prerelease ?? prerelease,
    release: named.release ?? release,
    branches: branches ?? {},
    tags: tags ?? {},
  };
});

/** How a release comes to an environment. */
export const gates = z.record(environmentName, oneOf(["auto", "approval", "manual"])).default({});

/** What `Pulumi.yaml` says about releases; the other settings are looked at where they are used. */
export const releaseSchema = z.object({
  scope: scope.optional(),
  triggers: triggers.prefault({}),
  release: gates,
});

export type ReleaseConfig = z.infer<typeof releaseSchema>;
