import type { Sandbox } from "./sandbox.js";

/** What AWS's clients are configured with to reach a sandbox's target: `moorage local env` says it all. */
export interface LocalConnection {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
}

export function connectionOf(exports: Record<string, string>): LocalConnection {
  const { AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = exports;
  return {
    endpoint: AWS_ENDPOINT_URL ?? "",
    region: AWS_REGION ?? "",
    credentials: { accessKeyId: AWS_ACCESS_KEY_ID ?? "", secretAccessKey: AWS_SECRET_ACCESS_KEY ?? "" },
  };
}

export async function localConnection(sandbox: Pick<Sandbox, "json">): Promise<LocalConnection> {
  return connectionOf(await sandbox.json<Record<string, string>>("local", "env"));
}
