import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Invocation } from "../../../core/command.js";
import { badRequest } from "../../../core/errors.js";
import type { Answers } from "./answers.js";
import type { Left } from "./import/imported.js";
import { readImport } from "./import/import.js";
import { folderOf, withImported } from "./import/answers.js";
import { collectAnswers, type Given } from "./ask.js";
import { commandsOf } from "./commands.js";
import { defaultBranch } from "./default-branch.js";
import { accountOf, type ExistingArguments, existingOf, type ExistingParts, regionOf } from "./existing.js";
import { environmentsWith } from "./environments.js";
import { type Folder, detectApp } from "./detect-app.js";
import { reviewersOf } from "./people.js";
import { chooseInstallation, type InstallArguments } from "./choose-installation.js";
import type { Installation } from "./installation.js";
import { plainProgram } from "./plain-program.js";
import type { PublishedWorkflow } from "./published.js";
import { checkSites, standingOn } from "./standing.js";
import { foundationsOf } from "./foundations.js";
import { ecrRegistry } from "../../../core/project/ecr-registry.js";
import { partitionOf } from "../../../core/project/partition.js";
import { siblingsOf } from "./siblings.js";
import { readRecord } from "../install/record.js";
import { checkNames } from "./workflow-files.js";

/** What `init` is given on the command line. */
export interface InitArguments extends Omit<Given, "registry">, InstallArguments, ExistingArguments {
  registry?: string[] | undefined;
  environments?: string[] | undefined;
  reviewer?: string[] | undefined;
  foundation?: string[] | undefined;
  unreviewed?: string[] | undefined;
  "state-key"?: string | undefined;
  infrastructure?: string | undefined;
  import?: string | undefined;
  yes?: boolean | undefined;
}

const installedProgram = "node_modules/moorage/dist/prog/index.js";

const usualEnvironments = ["dev", "staging", "prod"];

export interface Gathered {
  answers: Answers;
  folder: Folder;
  /** Options that would use what is in the account. */
  offers: string[];
  /** What `--import` read and could not carry over. */
  left: Left[];
}

/** All that the files are written from: what was given, what the folder tells, and what a person says. */
export async function gatherAnswers(
  given: InitArguments,
  published: readonly PublishedWorkflow[],
  invocation: Invocation,
): Promise<Gathered> {
  const imported = given.import === undefined ? undefined : await readImport(given.import, given, invocation);
  const args = imported === undefined ? given : withImported(given, imported);
  const names = args.environments ?? usualEnvironments;
  const registries = args.registry ?? [];
  const environments = environmentsWith(names, registries, args.foundation);
  const parts = existingOf(args);
  checkSites(
    parts,
    args.region,
    environments.map((one) => one.registry),
  );
  const stateKey = checkKey(args["state-key"]);
  const reviewers = reviewersOf(args.reviewer ?? [], names);
  const detected = await detectApp(invocation.cwd);
  const folder = imported === undefined ? detected : folderOf(detected, imported);
  checkPlace(folder);
  const { place } = folder;
  const top = resolve(invocation.cwd, place === "" ? "." : "../".repeat(place.split("/").length));
  const known = await readRecord(top);
  const installation = await chooseInstallation(args, known, { top, place, env: invocation.env });
  const { app, repository, domain, zone, port, health } = args;
  const isNamed = environments.every((one) => one.registry !== "");
  const registry = isNamed ? environments[0]?.registry : parts && registryBeside(parts);
  const region = args.region ?? (parts && regionOf(parts));
  const named = { app, repository, registry, region, domain, zone, port, health };
  const found = await collectAnswers(named, folder, args.yes === true, invocation);
  const unreviewed = unreviewedOf(names, args.unreviewed ?? [], reviewers);
  const placed = environments.map((one) => ({ ...one, registry: one.registry || (found.registry ?? "") }));
  const { existing, offers, notes } = await standingOn(
    {
      named: parts,
      account: ecrRegistry(placed[0]?.registry ?? "")?.account,
      region: found.region ?? "",
      hosts: hostsOf(placed, found.domain ?? ""),
      offers: known?.apps.some((one) => one.place === place) !== true,
      asks: args.yes !== true,
    },
    invocation,
  );
  const answers = {
    app: found.app ?? "",
    repository: found.repository ?? "",
    environments: placed,
    region: found.region ?? "",
    domain: found.domain ?? "",
    zone: found.zone,
    port: Number(found.port),
    services: folder.services,
    imported,
    health: found.health ?? "",
    reviewers,
    backendUrl: invocation.backendUrl,
    stateKey,
    existing,
    siblings: await siblingsOf(top, place, known),
    unreviewed,
    infrastructure: args.infrastructure,
    installation,
    known,
    place,
    scope: place === "" ? undefined : found.app,
    main: await defaultBranch(found.repository, folder.main, invocation),
    program: programOf(installation, invocation.cwd),
    commands: commandsOf(folder),
    dockerignore: folder.dockerignore,
    checks: checkNames(published, installation, { app: found.app ?? "", place }),
  };
  return {
    answers,
    folder: { ...folder, notes: [...folder.notes, ...notes] },
    offers,
    left: imported?.left ?? [],
  };
}

/** Source: the AWS SDKs' `partitions.json`, `dnsSuffix`. Others' registries a person names. */
const dnsSuffixes: Readonly<Record<string, string>> = {
  aws: "amazonaws.com",
  "aws-us-gov": "amazonaws.com",
  "aws-cn": "amazonaws.com.cn",
};

/** Of the listener's or cluster's account; undefined where they are named without it. */
function registryBeside(parts: ExistingParts): string | undefined {
  const [account, region] = [accountOf(parts), regionOf(parts)];
  if (account === undefined || region === undefined) return undefined;
  const suffix = dnsSuffixes[partitionOf(region)];
  return suffix === undefined ? undefined : `${account}.dkr.ecr.${region}.${suffix}`;
}

function hostsOf(environments: Answers["environments"], domain: string): string[] {
  const [first] = foundationsOf({ environments, domain });
  return (first?.environments ?? []).map((name) => `${name}.${first?.domain ?? ""}`);
}

/** Where the plain `pulumi` CLI finds Moorage's programs. */
function programOf({ way }: Installation, folder: string): string | undefined {
  if (way === "vendor") return plainProgram;
  return existsSync(join(folder, installedProgram)) ? installedProgram : undefined;
}

/**
 * Releases reach what is between the first environment and the last: where no approval is required there, whoever may push a
 * release's tag deploys. Somebody has to say by name that this is meant: `--yes` does not. Raises `unreviewed-environment`
 * and `bad-arguments` (exit 2).
 */
function unreviewedOf(
  names: readonly string[],
  said: readonly string[],
  reviewers: Readonly<Record<string, unknown>>,
): string[] {
  const reached = names.slice(1, -1).filter((name) => !(name in reviewers));
  const stranger = said.find((name) => !reached.includes(name));
  if (stranger !== undefined) throw notReached(stranger);
  const unsaid = reached.filter((name) => !said.includes(name));
  if (unsaid.length === 0) return reached;
  throw badRequest(
    "unreviewed-environment",
    `Releases reach ${unsaid.join(", ")} without approval: whoever can push a tag v* deploys there.`,
    `Name who approves, as in --reviewer ${unsaid.map((name) => `${name}=<login>`).join(" ")}, or allow it: --unreviewed ${unsaid.join(" ")}.`,
  );
}

function notReached(name: string): Error {
  return badRequest(
    "bad-arguments",
    `--unreviewed ${name}: that is no environment between the first and the last without a --reviewer.`,
    "The last one's releases are started by a person where it has no reviewers; leave it out here.",
  );
}

function checkKey(key: string | undefined): string | undefined {
  if (key === undefined || /^arn:[a-z0-9-]+:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/.test(key)) return key;
  throw badRequest(
    "bad-arguments",
    `--state-key ${JSON.stringify(key)} is not the ARN of a KMS key.`,
    "Give it as `moorage infra bootstrap` prints it: arn:aws:kms:us-east-1:111111111111:key/...",
  );
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
