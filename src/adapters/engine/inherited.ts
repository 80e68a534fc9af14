/**
 * What the engine may take from the caller's variables of its own. The others change what a command does, behind the back of
 * whoever reads its result: `PULUMI_OPTION_TARGET` updates a part of the stack, `PULUMI_SKIP_CHECKPOINTS` loses what a killed
 * run made, `PULUMI_DEBUG_GRPC` writes secrets to a file.
 * Source: Pulumi, "Environment variables"; pulumi: sdk/go/common/env/env.go, and `PULUMI_OPTION_<flag>` of every command.
 */
const kept = new Set([
  ...["PULUMI_ACCESS_TOKEN", "PULUMI_API", "PULUMI_BACKEND_URL", "PULUMI_HOME", "PULUMI_CREDENTIALS_PATH"],
  ...["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"],
  ...["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "PULUMI_DEBUG_PROVIDERS"],
  // Where another version of the engine has put the states of this backend.
  ...["PULUMI_SELF_MANAGED_STATE_LEGACY_LAYOUT", "PULUMI_DIY_BACKEND_LEGACY_LAYOUT"],
  ...["PULUMI_SELF_MANAGED_STATE_GZIP", "PULUMI_DIY_BACKEND_GZIP"],
  ...["PULUMI_DIY_BACKEND_RETAIN_CHECKPOINTS", "PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS"],
]);

/** The caller's environment as the engine is given it. */
export function inherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith("PULUMI_") || kept.has(name)),
  );
}
