import { stringify } from "yaml";
import { ecrRegistry, unnamedAccount } from "../../../../core/project/ecr-registry.js";
import { partitionOf } from "../../../../core/project/partition.js";
import type { Answers } from "../answers.js";
import { inYaml } from "../yaml-text.js";
import { type ImportedPart, type ImportSite, settingsIn } from "./imported.js";

/** Host, services and jobs of an environment, as they were read. */
export function importedSettings(answers: Answers, environment: string, registry: string): string {
  const { imported } = answers;
  if (imported === undefined) return "";
  const region = ecrRegistry(registry)?.region ?? answers.region;
  const account = ecrRegistry(registry)?.account ?? unnamedAccount;
  const site: ImportSite = { environment, account, region, partition: partitionOf(region) };
  const parts = (all: readonly ImportedPart[]) =>
    Object.fromEntries(
      all.map((part) => [part.name, { ...repositoryOf(answers, part), ...settingsIn(part, site) }]),
    );
  const jobs = parts(imported.jobs);
  return [
    ...(imported.host === undefined ? [] : [`  moorage:host: ${inYaml(imported.host)}\n`]),
    block("services", parts(imported.services)),
    ...(imported.jobs.length === 0 ? [] : [block("jobs", jobs)]),
  ].join("");
}

/** Where the image of one that is built is kept: that of the first has the app's name. */
function repositoryOf({ app, services }: Answers, { name, isBuilt, settings }: ImportedPart): object {
  if (!isBuilt || settings["service"] !== undefined) return {};
  return { repository: services[0]?.name === name ? app : `${app}-${name}` };
}

function block(name: string, content: object): string {
  const text = stringify(
    { [`moorage:${name}`]: content },
    { lineWidth: 0, defaultStringType: "PLAIN", singleQuote: false },
  );
  return text.replace(/^(?=.)/gm, "  ");
}
