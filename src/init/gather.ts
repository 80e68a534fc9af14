import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Invocation } from "../command.js";
import { badRequest } from "../errors.js";
import { packageFolder } from "../package-folder.js";
import type { Answers } from "./answers.js";
import { collectAnswers, type Given } from "./ask.js";
import { commandsOf } from "./commands.js";
import { environmentsWith } from "./environments.js";
import { type Folder, lookAround } from "./known.js";
import { reviewersOf } from "./people.js";
import type { PublishedWorkflow } from "./published.js";
import { checkNames } from "./workflow-files.js";

/** What `init` is given on the command line. */
export interface InitArguments extends Omit<Given, "registry"> {
  registry?: string[] | undefined;
  environments?: string[] | undefined;
  reviewer?: string[] | undefined;
  ref?: string | undefined;
  yes?: boolean | undefined;
}

const usualEnvironments = ["dev", "staging", "prod"];

/** All that the files are written from: what was given, what the folder tells, and what a person says. */
export async function gatherAnswers(
  args: InitArguments,
  published: readonly PublishedWorkflow[],
  invocation: Pick<Invocation, "cwd" | "env" | "json" | "signal" | "backendUrl">,
): Promise<{ answers: Answers; folder: Folder }> {
  const names = args.environments ?? usualEnvironments;
  const registries = args.registry ?? [];
  const environments = environmentsWith(names, registries);
  const reviewers = reviewersOf(args.reviewer ?? []);
  const ref = checkRef(args.ref ?? (await ownTag()));
  const folder = await lookAround(invocation.cwd);
  checkPlace(folder);
  const { app, repository, region, domain, zone, port, health } = args;
  const registry = environments.every((one) => one.registry !== "") ? environments[0]?.registry : undefined;
  const given = { app, repository, registry, region, domain, zone, port, health };
  const found = await collectAnswers(given, folder, args.yes === true, invocation);
  const answers = {
    app: found.app ?? "",
    repository: found.repository ?? "",
    environments: environments.map((one) => ({ ...one, registry: one.registry || (found.registry ?? "") })),
    region: found.region ?? "",
    domain: found.domain ?? "",
    zone: found.zone,
    port: Number(found.port),
    health: found.health ?? "",
    reviewers,
    backendUrl: invocation.backendUrl,
    ref,
    place: folder.place,
    main: mainOf(folder),
    commands: commandsOf(folder, ref),
    checks: checkNames(published),
  };
  return { answers, folder };
}

/** It stands in the files; what is no plain name is left to a person. */
function mainOf({ main }: Folder): string {
  return main !== undefined && /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(main) ? main : "main";
}

/** It stands in the workflows' commands, which a shell reads (F26). */
function checkPlace({ place }: Folder): void {
  if (/^[A-Za-z0-9._/-]*$/.test(place)) return;
  throw badRequest(
    "folder-name",
    `The folder ${JSON.stringify(place)} cannot be named in workflows.`,
    "Give it a name of letters, digits, dots, hyphens and underscores.",
  );
}

/** What stands in a workflow behind `@`: a tag, a branch or a commit. */
function checkRef(ref: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/.test(ref)) return ref;
  throw badRequest(
    "bad-arguments",
    `--ref ${JSON.stringify(ref)} is no tag, branch or commit.`,
    "Give one such as v1.2.3.",
  );
}

async function ownTag(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder(), "package.json"), "utf8")) as {
    version: string;
  };
  return `v${version}`;
}
