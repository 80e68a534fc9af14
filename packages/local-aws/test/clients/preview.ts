import { join } from "node:path";
import type { ImageJson, StatusJson, UpJson } from "../../../../test/harness/preview.js";
import { root, type Sandbox } from "../../../../test/harness/sandbox.js";

/** A preview that Moorage deployed, and what other programs must know to look at it. */
export interface Deployed {
  up: UpJson;
  image: ImageJson;
  /** From `moorage local status --json`. */
  endpoint: string;
  registry: string;
  /** What `moorage local env --json` exports. */
  exports: Record<string, string>;
  /** Names from ARNs, as a person reads them off the console. */
  cluster: string;
  service: string;
}

/** `pr-42` of the example, brought up by the compiled command on the sandbox's target. */
export async function deployPreview(sandbox: Sandbox): Promise<Deployed> {
  const hello = join(root, "examples/hello");
  const image = await sandbox.json<ImageJson>(
    ...["local", "image", hello, "--repository", "hello", "--tag", "v1"],
  );
  const up = await sandbox.json<UpJson>("preview", "up", "--pr", "42", "--tag", "v1");
  const { endpoint, registry } = await sandbox.json<StatusJson>("local", "status");
  const exports = await sandbox.json<Record<string, string>>("local", "env");
  const { cluster } = JSON.parse(exports["MOORAGE_FOUNDATION"] ?? "{}") as { cluster: string };
  const [family = ""] = up.services[0]?.taskDefinition.split("/").at(-1)?.split(":") ?? [];
  return { up, image, endpoint, registry, exports, cluster, service: family };
}

/** A command whose server answers every health check with 500. */
export const sickCommand = [
  "node",
  "-e",
  "require('http').createServer((q, s) => { s.statusCode = 500; s.end(); }).listen(process.env.PORT, process.env.HOST)",
];
