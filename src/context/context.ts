import type { AwsClients } from "../adapters/aws/clients.js";
import { awsClients } from "../adapters/aws/clients.js";
import type { Invocation } from "../core/command.js";
import type { Engine } from "../adapters/engine/engine.js";
import { EngineListeners } from "../adapters/engine/listeners.js";
import type { MakeImage } from "../adapters/images/builder.js";
import type { BuildStore } from "../adapters/record/builds/record.js";
import { createNotifier, type Notifier } from "../adapters/notify/notifier.js";
import { openRecords, type OpenRecords } from "../adapters/record/open-records.js";
import { thisOwner } from "../adapters/record/owner.js";
import type { Owner, RecordStore } from "../adapters/record/record.js";
import { maskingListener } from "./masking.js";
import { openEngine } from "./open-engine.js";
import {
  awsConnection,
  awsTarget,
  builderEdges,
  githubPlace,
  localTarget,
  type GitHubPlace,
  type Place,
  type Target,
} from "./target.js";
import { foundationName } from "../core/project/foundation-of-app.js";
import { temporaryPlace } from "../core/temporary-folder.js";
import type { Reporter } from "../core/reporter.js";

export type { GitHubPlace, Place, Target } from "./target.js";

/** The ports of one run, its real edges opened once. */
export interface Context {
  reporter: Reporter;
  signal: AbortSignal;
  /** The Pulumi project's name. */
  project: string;
  /** Of Pulumi.yaml and moorage.ts. */
  folder?: string | undefined;
  /** What else of Pulumi.yaml the engine is told. */
  engineSettings: Record<string, unknown>;
  owner: Owner;
  /** Whether a lock's owner was a workflow run that GitHub knows to be over (F8). */
  isOver(owner: Owner): Promise<boolean>;
  target: Target;
  /** Opened on first use: reading the record needs no engine. */
  engine(): Promise<Engine>;
  /** Listeners for what the engine does. */
  listeners: EngineListeners;
  records: RecordStore;
  /** Those of another project on the same backend: of the foundation that its stacks stand on, or of an app that stands on its own. */
  recordsOf(project: string): Promise<RecordStore>;
  /** Which builds made which images of commits. */
  builds: BuildStore;
  aws: AwsClients;
  /** Sends notifications about deployments. */
  notifier: Notifier;
  close(): void;
}

/** Opens the edges that `--target` names: the only place that knows the difference. */
export async function openContext(invocation: Invocation, place: Place): Promise<Context> {
  // Pulumi's SDK looks for it as soon as it is imported. What needs none works without.
  await temporaryPlace().catch(() => undefined);
  const opened =
    invocation.target === "local" ? await localTarget(invocation, place) : awsTarget(invocation, place);
  const beside = await openRecords(opened.backendUrl, place.project, invocation);
  const others = new Map<string, Promise<OpenRecords>>();
  const recordsOf = async (project: string) => {
    if (project === place.project) return beside.records;
    const known = others.get(project) ?? openRecords(opened.backendUrl, project, invocation);
    others.set(project, known);
    return (await known).records;
  };
  const target = await withOwnFoundation(opened, place, recordsOf);
  const { signal, reporter } = invocation;
  const aws = awsClients({ ...target.connection, signal, trace: reporter.trace });
  // Before anybody else: what the engine decrypts must not be printed (F28).
  const listeners = new EngineListeners(reporter.mask ? [maskingListener(reporter)] : []);
  return {
    reporter,
    signal,
    project: place.project,
    folder: place.folder,
    engineSettings: place.engineSettings ?? {},
    owner: thisOwner(invocation.env),
    isOver: async (owner) => (await import("../adapters/github/owner-run.js")).isRunOver(invocation, owner),
    target,
    engine: once(async () => {
      await target.ready?.();
      return openEngine(invocation, listeners);
    }),
    listeners,
    records: beside.records,
    recordsOf,
    builds: beside.builds,
    aws,
    notifier: createNotifier(invocation),
    close() {
      aws.close();
      beside.close();
      for (const other of others.values()) void other.then((one) => one.close()).catch(() => undefined);
    },
  };
}

/** AWS and GitHub alone, for what acts before there is a state beside which a record could be. */
export async function openClients(
  invocation: Invocation,
  place: Place,
): Promise<{ aws: AwsClients; github: GitHubPlace }> {
  const { connection, github } =
    invocation.target === "local"
      ? await localTarget(invocation, place)
      : { connection: awsConnection(place), github: githubPlace(invocation.env) };
  return {
    aws: awsClients({ ...connection, signal: invocation.signal, trace: invocation.reporter.trace }),
    github,
  };
}

/** AWS alone, for what needs neither state nor engine. */
export async function openAws(
  invocation: Invocation,
  { project, site }: Pick<Place, "project" | "site">,
): Promise<AwsClients> {
  const { signal } = invocation;
  const { trace } = invocation.reporter;
  if (invocation.target === "aws") return awsClients({ region: site.region, signal, trace });
  const place = { project, site, registryRegion: undefined, backendUrl: undefined };
  return awsClients({ ...(await localTarget(invocation, place)).connection, signal, trace });
}

/** What makes images as files: it needs no credentials, no state, and no registry. */
export async function openMaker(invocation: Invocation, dockerfile: boolean): Promise<MakeImage> {
  if (invocation.target === "aws") {
    return (await import("../adapters/images/container-maker.js")).containerMaker(builderEdges(invocation));
  }
  const { localMaker } = await import("../adapters/images/local-builder.js");
  return localMaker({ ...builderEdges(invocation), dockerfile });
}

/** The target's own foundation stands in for one that has not been made on it. */
async function withOwnFoundation(
  target: Target,
  { foundation, project: own }: Place,
  recordsOf: Context["recordsOf"],
): Promise<Target> {
  if (target.overlay["moorage:foundation"] === undefined || foundation === undefined) return target;
  const { project = own, stack } = foundationName(foundation);
  const isMade = (await (await recordsOf(project)).read(stack))?.record.foundation !== undefined;
  const { "moorage:foundation": _builtIn, ...overlay } = target.overlay;
  return isMade ? { ...target, overlay } : target;
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => (opened ??= open());
}
