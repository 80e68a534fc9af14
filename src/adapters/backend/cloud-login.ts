import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { badRequest } from "../../core/errors.js";
import { homeOf } from "../../core/user.js";

/** What the Pulumi CLI knows of a Pulumi Cloud on this machine. */
export interface CloudLogin {
  token: string;
  /** `pulumi org set-default`, where somebody has set one. */
  defaultOrg: string | undefined;
}

/** PULUMI_ACCESS_TOKEN, else what `pulumi login` has stored (pulumi: sdk/go/common/workspace, creds.go). Raises `cloud-login`. */
export async function readCloudLogin(url: string, env: NodeJS.ProcessEnv): Promise<CloudLogin> {
  const home = env["PULUMI_HOME"] || join(homeOf(env), ".pulumi");
  const [credentials, config] = await Promise.all([
    readJson<{ accessTokens?: Record<string, string> }>(join(home, "credentials.json")),
    readJson<{ backends?: Record<string, { defaultOrg?: string }> }>(join(home, "config.json")),
  ]);
  const token = env["PULUMI_ACCESS_TOKEN"] || credentials?.accessTokens?.[url];
  if (!token) {
    throw badRequest(
      "cloud-login",
      `A token for ${url} is required.`,
      "Set PULUMI_ACCESS_TOKEN, or run `pulumi login`.",
    );
  }
  return { token, defaultOrg: config?.backends?.[url]?.defaultOrg };
}

async function readJson<Value>(file: string): Promise<Value | undefined> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as Value);
}
