import type { Site } from "../cloud.js";
import { type Endpoints, endpointVariables, hasEndpoints } from "../emulator/endpoints.js";
import type { Home } from "../home/home.js";

/** What the daemon, and so its tasks' runner, may see of the caller's environment: nothing that could be a secret. */
const passed =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_\w+|TZ|TMPDIR|TERM|XDG_\w+|DOCKER_HOST|CONTAINER_HOST|MOORAGE_LOCAL_\w+|MOORAGE_CONTAINER_\w+)$/;

export function daemonEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passed.test(name)));
}

export interface EngineSite {
  home: Home;
  site: Site;
  endpoint: string;
  providerPort: number;
  endpoints?: Endpoints;
}

/** What the Pulumi CLI and AWS's own clients need in their environment to work against one site of a local target. */
export function engineEnvironment({
  home,
  site,
  endpoint,
  providerPort,
  endpoints = {},
}: EngineSite): Record<string, string> {
  return {
    PULUMI_CONFIG_PASSPHRASE_FILE: home.passphraseFile,
    PULUMI_DEBUG_PROVIDERS: ["aws", "awsx", "github"].map((name) => `${name}:${providerPort}`).join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_ENDPOINT_URL: endpoint,
    ...endpointVariables(endpoints),
    AWS_ACCESS_KEY_ID: site.account,
    AWS_SECRET_ACCESS_KEY: home.credentials.secretAccessKey,
    AWS_REGION: site.region,
    // The older AWS CLI knows only this name.
    AWS_DEFAULT_REGION: site.region,
  };
}

/**
 * What a task's own SDK calls need to reach the emulators: their addresses, the region that Fargate tells too, and credentials, which
 * a task on AWS has by its role. An emulator takes any secret.
 */
export function taskVariables({ account, region }: Site, endpoints: Endpoints): Record<string, string> {
  if (!hasEndpoints(endpoints)) return {};
  return {
    ...endpointVariables(endpoints),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "local",
  };
}
