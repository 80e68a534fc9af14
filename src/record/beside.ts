import { join } from "node:path";
import { parseBackend } from "../backend/backend.js";
import { fileRecords } from "./file.js";
import type { RecordStore } from "./record.js";

/** A project's records, and what ends the connections to them. */
export interface OpenRecords {
  records: RecordStore;
  close(): void;
}

/** The records beside a project's state, on whatever backend that is. Raises `backend-unsupported` (exit 2). */
export async function recordsBeside(
  backendUrl: string,
  project: string,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<OpenRecords> {
  const backend = parseBackend(backendUrl);
  if (backend.kind === "files") {
    return { records: fileRecords(join(backend.folder, ".moorage", project)), close: () => undefined };
  }
  if (backend.kind === "cloud") {
    return { records: await recordsInCloud(backend.url, project, { env, signal }), close: () => undefined };
  }
  const [{ openObjects }, { objectRecords }] = await Promise.all([
    import("../aws/objects.js"),
    import("./objects.js"),
  ]);
  const objects = await openObjects(backend.place, { signal });
  const records = objectRecords(objects, `${backend.place.prefix}.moorage/${project}/`);
  return { records, close: () => objects.close() };
}

async function recordsInCloud(
  url: string,
  project: string,
  { env, signal }: { env: NodeJS.ProcessEnv; signal: AbortSignal | undefined },
): Promise<RecordStore> {
  const [{ cloudStacks }, { readCloudLogin }, { cloudRecords }] = await Promise.all([
    import("../backend/cloud.js"),
    import("../backend/cloud-login.js"),
    import("./cloud.js"),
  ]);
  return cloudRecords(cloudStacks(url, await readCloudLogin(url, env), project, { signal }));
}
