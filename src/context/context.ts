import type { AssumedRole } from "../adapters/aws/assumed-role.js";
import type { AwsClients, AwsConnection } from "../adapters/aws/clients.js";
import { awsClients } from "../adapters/aws/clients.js";
import type { RegistryEndpoint } from "../adapters/aws/registry-http.js";
import type { Invocation } from "../core/command.js";
import type { Engine } from "../adapters/engine/engine.js";
import { EngineListeners } from "../adapters/engine/listeners.js";
import { badRequest } from "../core/errors.js";
import type { BuilderEdges, BuilderOptions, ImageBuilder, MakeImage } from "../adapters/images/builder.js";
import type { Site } from "@moorage/local-aws";
import type { BuildStore } from "../adapters/record/builds/record.js";
import { createNotifier, type Notifier } from "../adapters/notify/notifier.js";
import { openRecords } from "../adapters/record/open-records.js";
import { thisOwner } from "../adapters/record/owner.js";
import type { Owner, RecordStore } from "../adapters/record/record.js";
import { maskingListener } from "./masking.js";
import { openEngine } from "./open-engine.js";
import type { WaitPolicy } from "./wait-policy.js";
import { awsWait, localWait } from "./wait-policy.js";
import { temporaryPlace } from "../core/temporary-folder.js";
import type { Reporter } from "../core/reporter.js";

/** Where a deployment acts. Programs and planning see values, never which target they came from. */
export interface Target {
  connection: AwsConnection;
  /** Config values that override the stack's own, by full key: the target's built-in foundation. */
  overlay: Record<string, unknown>;
  /** Config values that override those of a foundation's stack, by full key. */
  foundationOverlay: Record<string, unknown>;
  backendUrl: string;
  /** How often a rollout is looked at. */
  wait: WaitPolicy;
  /** The Pulumi CLI's environment: attached providers, passphrase, credentials. */
  engineEnv: Record<string, string>;
  /** Where the registry of that host name answers. */
  registryEndpoint(host: string): RegistryEndpoint;
  /** Whom to ask about GitHub. */
  github: GitHubPlace;
  /** `linux/amd64`: what tasks run on here, where that is not as a service is configured. */
  platform?: string;
  /** What builds images here. */
  builder(options: BuilderOptions): Promise<ImageBuilder>;
}

/** GitHub's API, and what opens it; without a token there is nobody to ask. */
export interface GitHubPlace {
  apiUrl: string;
  token: string | undefined;
}

/** The ports of one run, its real edges opened once. */
export interface Context {
  reporter: Reporter;
  signal: AbortSignal;
  /** The Pulumi project's name. */
  project: string;
  /** What else of Pulumi.yaml the engine is told. */
  engineSettings: Record<string, unknown>;
  owner: Owner;
  /** Whether a lock's owner was a workflow run that GitHub knows to be over (F8). */
  isOver(owner: Owner): Promise<boolean>;
  target: Target;
  /** Opened on first use: reading the record needs no engine. */
  engine(): Promise<Engine>;
  /** Who is told of what the engine does. */
  listeners: EngineListeners;
  records: RecordStore;
  /** Which builds made which images of commits. */
  builds: BuildStore;
  aws: AwsClients;
  /** Tells people about deployments. */
  notifier: Notifier;
  close(): void;
}

/** What the project's configuration says about where it acts. */
export interface Place {
  project: string;
  site: Site;
  /** Where the images are, when that is another region. */
  registryRegion: string | undefined;
  /** What `aws:assumeRoles` names: the driver assumes what the programs' provider does. */
  roles?: readonly AssumedRole[];
  /** `backend.url` of Pulumi.yaml. */
  backendUrl: string | undefined;
  /** What else of Pulumi.yaml the engine is told. */
  engineSettings?: Record<string, unknown>;
  /** The stack that the configuration names as foundation. */
  foundation?: string | undefined;
}

/** Opens the edges that `--target` names: the only place that knows the difference. */
export async function openContext(invocation: Invocation, place: Place): Promise<Context> {
  // Pulumi's SDK looks for it as soon as it is imported. What needs none works without.
  await temporaryPlace().catch(() => undefined);
  const opened =
    invocation.target === "local" ? await localTarget(invocation, place) : awsTarget(invocation, place);
  const beside = await openRecords(opened.backendUrl, place.project, invocation);
  const target = await withOwnFoundation(opened, place, beside.records);
  const { signal, reporter } = invocation;
  const aws = awsClients({ ...target.connection, signal, trace: reporter.trace });
  // Before anybody else: what the engine decrypts must not be printed (F28).
  const listeners = new EngineListeners(reporter.mask ? [maskingListener(reporter)] : []);
  return {
    reporter,
    signal,
    project: place.project,
    engineSettings: place.engineSettings ?? {},
    owner: thisOwner(invocation.env),
    isOver: async (owner) => (await import("../adapters/github/owner-run.js")).isRunOver(invocation, owner),
    target,
    engine: once(() => openEngine(invocation, listeners)),
    listeners,
    records: beside.records,
    builds: beside.builds,
    aws,
    notifier: createNotifier(invocation),
    close() {
      aws.close();
      beside.close();
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

async function localTarget(invocation: Invocation, { site, registryRegion }: Place): Promise<Target> {
  const [{ startLocalTarget }, { hostArchitecture }] = await Promise.all([
    import("./local-target.js"),
    import("@moorage/local-aws"),
  ]);
  const local = await startLocalTarget(invocation);
  const { foundation, endpoint, credentials, github, engineEnv, backendUrl } = await local.site(site);
  return {
    connection: {
      region: site.region,
      registryRegion,
      endpoint,
      credentials,
    },
    // It has one port for all load balancers, speaks HTTP, and answers for names under its own domain only.
    foundationOverlay: {
      "moorage:domain": foundation.domain,
      "moorage:listener": { protocol: "HTTP", port: local.home.balancerPort },
    },
    // Equivalent to setting MOORAGE_FOUNDATION.
    overlay: { "moorage:foundation": foundation, "moorage:host": undefined },
    backendUrl: invocation.backendUrl ?? backendUrl,
    engineEnv,
    // A GitHub that is named is meant, also in a rehearsal of workflows.
    github: invocation.env["GITHUB_API_URL"] ? githubPlace(invocation.env) : github,
    wait: localWait,
    platform: `linux/${hostArchitecture()}`,
    // One listener plays the registries of all accounts.
    registryEndpoint: (host) => ({ url: endpoint, prefix: `${host}/` }),
    async builder({ dockerfile }) {
      const { localBuilder } = await import("../adapters/images/local-builder.js");
      const authorization = local.home.credentials.registryAuthorization();
      const registry = new URL(endpoint).host;
      return localBuilder({ ...builderEdges(invocation), dockerfile, registry, authorization });
    },
  };
}

/** The target's own foundation stands in for one that has not been made on it. */
async function withOwnFoundation(
  target: Target,
  { foundation }: Place,
  records: RecordStore,
): Promise<Target> {
  if (target.overlay["moorage:foundation"] === undefined || foundation === undefined) return target;
  const isMade = (await records.read(foundation))?.record.foundation !== undefined;
  const { "moorage:foundation": _builtIn, ...overlay } = target.overlay;
  return isMade ? { ...target, overlay } : target;
}

function awsTarget(invocation: Invocation, place: Place): Target {
  const { backendUrl, env } = invocation;
  const url = backendUrl ?? (env["PULUMI_BACKEND_URL"] || place.backendUrl);
  if (url === undefined) {
    throw badRequest(
      "no-backend",
      "The state backend is required: where does Pulumi keep its state?",
      "Set `backend: { url: ... }` in Pulumi.yaml, PULUMI_BACKEND_URL or --backend-url; or try --target local.",
    );
  }
  const inherited = Object.entries(env).filter(([name]) =>
    /^(AWS_|PULUMI_CONFIG_PASSPHRASE|PULUMI_HOME)/.test(name),
  );
  const endpoint = (host: string) => ({ url: `https://${host}`, prefix: "" });
  return {
    connection: awsConnection(place),
    overlay: {},
    foundationOverlay: {},
    backendUrl: url,
    github: githubPlace(env),
    wait: awsWait,
    engineEnv: Object.fromEntries(inherited) as Record<string, string>,
    registryEndpoint: endpoint,
    async builder({ login }) {
      const { containerBuilder } = await import("../adapters/images/container-builder.js");
      return containerBuilder({ ...builderEdges(invocation), endpoint, login });
    },
  };
}

function githubPlace(env: NodeJS.ProcessEnv): GitHubPlace {
  const apiUrl = (env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/+$/, "");
  return { apiUrl, token: env["GITHUB_TOKEN"] || env["GH_TOKEN"] || undefined };
}

function awsConnection({ site, registryRegion, roles = [] }: Place): AwsConnection {
  return { region: site.region, registryRegion, roles };
}

/** What opens the state is no business of a build, nor of the Dockerfile that it runs. */
function builderEdges({ env: own, signal, reporter }: Invocation): BuilderEdges {
  const { PULUMI_ACCESS_TOKEN: _token, PULUMI_CONFIG_PASSPHRASE: _passphrase, ...env } = own;
  return { env, signal, onLine: (text) => reporter.notify({ kind: "detail", text }) };
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => (opened ??= open());
}
