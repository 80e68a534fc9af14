import { isAbsolute, resolve } from "node:path";

/** Variables that name one file or folder, and that other programs read too: the engine, its providers, git, Docker, AWS's SDK. */
const names = [
  ...["HOME", "TMPDIR", "TMP", "TEMP", "MOORAGE_ENGINE"],
  ...["PULUMI_HOME", "PULUMI_CREDENTIALS_PATH", "PULUMI_CONFIG_PASSPHRASE_FILE"],
  ...["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE"],
  ...["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  ...["DOCKER_CONFIG", "REGISTRY_AUTH_FILE"],
];

/**
 * Makes relative paths of the environment absolute, from `cwd`: the engine and the local target run in folders of their own,
 * where the same words would name another file. A relative XDG folder is taken out.
 * Source: XDG Base Directory Specification, "All paths set in these environment variables must be absolute. If an
 * implementation encounters a relative path ... it should consider the path invalid and ignore it."
 */
export function wholePaths(env: NodeJS.ProcessEnv, cwd: string): void {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== "" && !isAbsolute(value)) env[name] = resolve(cwd, value);
  }
  for (const name of Object.keys(env).filter((each) => /^XDG_\w+_(HOME|DIR)$/.test(each))) {
    if (!isAbsolute(env[name] ?? "")) Reflect.deleteProperty(env, name);
  }
}
