import type { AssumedRole } from "../adapters/aws/assumed-role.js";
import type { AwsConnection } from "../adapters/aws/clients.js";
import type { RegistryEndpoint } from "../adapters/aws/registry-http.js";
import type { BuilderEdges, BuilderOptions, ImageBuilder } from "../adapters/images/builder.js";
import type { OpenSession } from "../adapters/session/session.js";
import type { Invocation } from "../core/command.js";
import { badRequest } from "../core/errors.js";
import { gitHubServer } from "../core/project/github-server.js";
import type { Endpoints, Site } from "@moorage/local-aws";
import { awsWait, localWait, type WaitPolicy } from "./wait-policy.js";

/** Where a deployment acts. Programs and planning see values, never which target they came from. */
export interface Target {
  connection: AwsConnection;
  /** Config values that override the stack's own, by full key: the target's built-in foundation. */
  overlay: Record<string, unknown>;
  /** Config values that override those of a foundation's stack, by full key. */
  foundationOverlay: Record<string, unknown>;
  backendUrl: string;
  /** Raises what stands in the way of an update, before anything is made. */
  ready?(): Promise<void>;
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
  /** What tasks there are not denied of what the configuration asks, each with the reason; absent where they are all of it. */
  unplayed?(): Promise<Unplayed>;
  /** What opens sessions in containers. Raises `session-plugin-missing` (exit 2). */
  sessions(): Promise<OpenSession>;
  /** What builds images here. */
  builder(options: BuilderOptions): Promise<ImageBuilder>;
}

/** Empty where it is played. */
export interface Unplayed {
  user: string;
  readOnly: string;
}

/** GitHub's API, and what opens it; without a token there is nobody to ask. */
export interface GitHubPlace {
  apiUrl: string;
  token: string | undefined;
}

/** What the project's configuration says about where it acts. */
export interface Place {
  project: string;
  /** Of Pulumi.yaml and moorage.ts. */
  folder?: string;
  site: Site;
  /** Where the images are, when that is another region. */
  registryRegion: string | undefined;
  /** What `aws:assumeRoles` names: the driver assumes what the programs' provider does. */
  roles?: readonly AssumedRole[];
  /** `backend.url` of Pulumi.yaml. */
  backendUrl: string | undefined;
  /** What else of Pulumi.yaml the engine is told. */
  engineSettings?: Record<string, unknown>;
  /** `moorage:scope`. */
  scope?: string | undefined;
  /** The stack that the configuration names as foundation. */
  foundation?: string | undefined;
  /** `endpoints` of `moorage:local`. */
  endpoints?: Endpoints;
}

/** The local target, started when it does not run. */
export async function localTarget(
  invocation: Invocation,
  { site, registryRegion, scope, endpoints = {} }: Place,
): Promise<Target> {
  const [{ startLocalTarget }, { hostArchitecture, reachEmulators }] = await Promise.all([
    import("./local-target.js"),
    import("@moorage/local-aws"),
  ]);
  const local = await startLocalTarget(invocation);
  const opened = await local.site(site, endpoints);
  const { foundation: shared, endpoint, credentials, github, engineEnv, backendUrl, taskEnv } = opened;
  // Apps of one repository share a home and its load balancer: each has hosts of its own.
  const domain = scope === undefined ? shared.domain : `${scope}.${shared.domain}`;
  const foundation = { ...shared, domain };
  return {
    connection: {
      region: site.region,
      registryRegion,
      endpoint,
      credentials,
      endpoints,
    },
    // It has one port for all load balancers, speaks HTTP, and answers for names under its own domain only.
    foundationOverlay: {
      "moorage:domain": foundation.domain,
      "moorage:listener": { protocol: "HTTP", port: local.home.balancerPort },
    },
    // Equivalent to setting MOORAGE_FOUNDATION.
    overlay: {
      "moorage:foundation": foundation,
      "moorage:host": undefined,
      "moorage:hostsBelow": foundation.domain,
      ...(Object.keys(taskEnv).length > 0 && { "moorage:taskEnv": taskEnv }),
    },
    ready: () => reachEmulators(endpoints),
    backendUrl: invocation.backendUrl ?? backendUrl,
    engineEnv,
    // A GitHub that is named is meant, also in a rehearsal of workflows.
    github: invocation.env["GITHUB_API_URL"] ? githubPlace(invocation.env) : github,
    wait: localWait,
    platform: `linux/${hostArchitecture()}`,
    unplayed: async () => (await local.status()).playable,
    async sessions() {
      return (await import("./local-session.js")).localSession(local);
    },
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

/** AWS itself. Raises `no-backend` (exit 2) where nothing says where the state is. */
export function awsTarget(invocation: Invocation, place: Place): Target {
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
    async sessions() {
      return (await import("../adapters/session/plugin.js")).sessionPlugin(env);
    },
    async builder({ login }) {
      const { containerBuilder } = await import("../adapters/images/container-builder.js");
      return containerBuilder({ ...builderEdges(invocation), endpoint, login });
    },
  };
}

/** The GitHub that the environment names. */
export function githubPlace(env: NodeJS.ProcessEnv): GitHubPlace {
  const apiUrl = (env["GITHUB_API_URL"] || apiOf(env["GITHUB_SERVER_URL"])).replace(/\/+$/, "");
  return { apiUrl, token: env["GITHUB_TOKEN"] || env["GH_TOKEN"] || undefined };
}

/** What is no address is github.com's. */
function apiOf(server: string | undefined): string {
  return gitHubServer(server && URL.canParse(server) ? server : undefined).apiUrl;
}

/** AWS as the configuration names it. */
export function awsConnection({ site, registryRegion, roles = [] }: Place): AwsConnection {
  return { region: site.region, registryRegion, roles };
}

/** What opens the state is no business of a build, nor of the Dockerfile that it runs. */
export function builderEdges({ env: own, signal, reporter }: Invocation): BuilderEdges {
  const { PULUMI_ACCESS_TOKEN: _token, PULUMI_CONFIG_PASSPHRASE: _passphrase, ...env } = own;
  const { trace } = reporter;
  return { env, signal, trace, onLine: (text) => reporter.notify({ kind: "detail", text }) };
}
