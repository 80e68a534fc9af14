import { parseConfig } from "../../../core/project/parse.js";
import { tuneForPreview } from "../../../core/project/preview.js";
import { readProject } from "../../../core/project/project.js";
import type { Config } from "../../../core/project/schema.js";
import type { Place } from "../../../context/context.js";
import { readEnvironment } from "../../../context/environment-stack.js";
import { asMoorageError } from "../../../core/errors.js";
import { pullRequestOf } from "../../../core/project/preview-names.js";
import type { StackRecord } from "../../../adapters/record/record.js";
import { stackKind } from "../../../core/project/stack-kind.js";
import { triggeredEnvironments } from "../../../core/project/trigger-rules.js";

/** One of the project's environments, as its yaml has it. */
export interface KnownEnvironment {
  name: string;
  /** Undefined where its yaml is wrong; `problem` says how. */
  read: { place: Place; config: Config } | undefined;
  problem?: string;
}

/** A stack to look at. */
export interface KnownStack {
  stack: string;
  /** `preview` for previews. */
  environment: string;
  /** Undefined if no yaml file says it. */
  place: Place | undefined;
  /** As it was deployed last and well, else as the yaml has it. */
  config: Config | undefined;
  record: StackRecord | undefined;
  /** Whether its record is there and cannot be read; `problem` says why. */
  isUnreadable?: boolean;
  problem?: string;
}

/** Every environment that has a yaml, in the order in which a change travels through them. */
export async function readEnvironments(folder: string): Promise<KnownEnvironment[]> {
  const { environments } = await readProject(folder);
  const names = environments.filter((name) => stackKind(name) === "environment");
  const known = await Promise.all(names.map((name) => readOne(folder, name)));
  return inOrder(known);
}

async function readOne(folder: string, name: string): Promise<KnownEnvironment> {
  try {
    const { place, request } = await readEnvironment(folder, name);
    return { name, read: { place, config: request.config } };
  } catch (error) {
    return { name, read: undefined, problem: asMoorageError(error).message };
  }
}

function inOrder(known: KnownEnvironment[]): KnownEnvironment[] {
  const triggers = known.find(({ read }) => read)?.read?.config.triggers;
  const train = triggers ? triggeredEnvironments(triggers) : [];
  const station = ({ name }: KnownEnvironment) => (train.includes(name) ? train.indexOf(name) : train.length);
  return [...known].sort((a, b) => station(a) - station(b));
}

/** The environments, deployed or not, then the previews that have a record, by number. */
export function stacksOf(
  known: readonly KnownEnvironment[],
  records: readonly StackRecord[],
  unreadable: ReadonlyMap<string, string> = new Map(),
): KnownStack[] {
  const environments = known.map(({ name, read, problem }): KnownStack => {
    const record = records.find(({ stack }) => stack === name);
    const config = deployedConfigOf(record) ?? read?.config;
    return {
      stack: name,
      environment: name,
      place: read?.place,
      config,
      record,
      ...(problem && { problem }),
      ...unreadableIn(unreadable, name),
    };
  });
  const found = [...records.map((record) => ({ stack: record.stack, record })), ...damaged(unreadable)];
  const previews = found
    .map((one) => ({ ...one, pr: pullRequestOf(one.stack) ?? 0 }))
    .filter(({ pr }) => pr > 0)
    .sort((a, b) => a.pr - b.pr)
    .map(({ stack, record }) => ({
      ...previewOf(stack, record, known),
      ...unreadableIn(unreadable, stack),
    }));
  return [...environments, ...previews];
}

function damaged(unreadable: ReadonlyMap<string, string>): { stack: string; record: undefined }[] {
  return [...unreadable.keys()].map((stack) => ({ stack, record: undefined }));
}

function unreadableIn(
  unreadable: ReadonlyMap<string, string>,
  stack: string,
): Pick<KnownStack, "isUnreadable" | "problem"> {
  const problem = unreadable.get(stack);
  return problem === undefined ? {} : { isUnreadable: true, problem };
}

function previewOf(
  stack: string,
  record: StackRecord | undefined,
  known: readonly KnownEnvironment[],
): KnownStack {
  const base = baseOf(known);
  const config = deployedConfigOf(record) ?? base?.config;
  return {
    stack,
    environment: "preview",
    place: base?.place,
    config: config && tuneForPreview(config),
    record,
    ...(!base && {
      problem: "It is unknown where previews are: their base environment's yaml has mistakes.",
    }),
  };
}

/** Where previews live: in the account and region of their base environment. */
function baseOf(known: readonly KnownEnvironment[]): KnownEnvironment["read"] {
  const base = known.find(({ read }) => read)?.read?.config.preview.base;
  return known.find(({ name }) => name === base)?.read;
}

/** The configuration of the last good deployment; undefined where today's schema does not take it. */
function deployedConfigOf(record: StackRecord | undefined): Config | undefined {
  if (record?.goodConfig === undefined) return undefined;
  try {
    return parseConfig(record.goodConfig, `The record of ${record.stack}`);
  } catch {
    return undefined; // An older Moorage wrote it; the yaml is the next best.
  }
}
