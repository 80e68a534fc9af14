import type { Site } from "../cloud.js";
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
}

/** What the Pulumi CLI and AWS's own clients need in their environment to work against one site of a local target. */
export function engineEnvironment({
  home,
  site,
  endpoint,
  providerPort,
}: EngineSite): Record<string, string> {
  return {
    PULUMI_CONFIG_PASSPHRASE_FILE: home.passphraseFile,
    PULUMI_DEBUG_PROVIDERS: ["aws", "awsx", "github"].map((name) => `${name}:${providerPort}`).join(","),
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: site.account,
    AWS_SECRET_ACCESS_KEY: home.credentials.secretAccessKey,
    AWS_REGION: site.region,
    // The older AWS CLI knows only this name.
    AWS_DEFAULT_REGION: site.region,
  };
}
