import * as pulumi from "@pulumi/pulumi";
import { pullRequestOf } from "../../src/core/project/preview-names.js";
import { changeTasks, type TextOwner } from "../../src/core/project/placeholder-texts.js";
import { fillPlaceholders, type Placeholder } from "../../src/core/project/placeholders.js";
import type { Config } from "../../src/core/project/schema.js";
import type { App } from "../app.js";
import { addressesOf, firstHost } from "./address.js";

/** The configuration with what the placeholders in tasks' variables, commands and log options stand for. */
export function withPlacedValues(
  app: Pick<App, "config" | "identity" | "release" | "hosts" | "surroundings">,
): Config {
  const { config, identity, release, hosts, surroundings } = app;
  const values: Record<Placeholder, (owner: TextOwner) => string | undefined> = {
    stack: () => identity.stack,
    pr: () => pullRequestOf(identity.stack)?.toString(),
    tag: ({ image }) => release.imageTags[image] ?? release.imageTag,
    host: ({ service = "" }) =>
      config.services[service]?.kind === "web" ? firstHost(config, service, hosts) : undefined,
    url: ({ service = "" }) => addressesOf(config, hosts, surroundings).urls[service],
  };
  return changeTasks(config, (text, owner) =>
    fillPlaceholders(text, (word) => values[word](owner) ?? unknown(word, owner, identity.stack)),
  );
}

/** The schema refuses it where it can tell. */
function unknown(word: Placeholder, { where }: TextOwner, stack: string): never {
  throw new pulumi.RunError(
    `moorage:${where} has {${word}}, which stands for nothing in ${stack}: leave it out, or write {{${word}}} where that text itself is meant.`,
  );
}
