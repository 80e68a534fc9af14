import { join } from "node:path";
import type { Reporter } from "../../core/reporter.js";
import { parseBackend } from "../backend/backend.js";
import { fileBuilds } from "./builds/files.js";
import type { BuildStore } from "./builds/record.js";
import { fileRecords } from "./file.js";
import type { RecordStore } from "./record.js";

/** A project's records, and what ends the connections to them. */
export interface OpenRecords {
  records: RecordStore;
  /** What builds made, beside them. */
  builds: BuildStore;
  close(): void;
}

interface RecordEdges {
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  reporter?: Pick<Reporter, "trace">;
}

/** The records beside a project's state, on whatever backend that is. Raises `backend-unsupported` (exit 2). */
export async function openRecords(
  backendUrl: string,
  project: string,
  { env, signal, reporter }: RecordEdges,
): Promise<OpenRecords> {
  const backend = parseBackend(backendUrl);
  if (backend.kind === "files") {
    return {
      records: fileRecords(join(backend.folder, ".moorage", project)),
      builds: fileBuilds(join(backend.folder, ".moorage-builds", project)),
      close: () => undefined,
    };
  }
  if (backend.kind === "cloud") {
    return {
      ...(await besideInCloud(backend.url, project, { env, signal, reporter })),
      close: () => undefined,
    };
  }
  const [{ openObjects }, { objectRecords }, { objectBuilds }] = await Promise.all([
    import("../aws/objects.js"),
    import("./objects.js"),
    import("./builds/objects.js"),
  ]);
  const objects = await openObjects(backend.place, { signal, trace: reporter?.trace });
  const records = objectRecords(objects, `${backend.place.prefix}.moorage/${project}/`);
  const builds = objectBuilds(objects, `${backend.place.prefix}.moorage-builds/${project}/`);
  return { records, builds, close: () => objects.close() };
}

async function besideInCloud(
  url: string,
  project: string,
  { env, signal, reporter }: RecordEdges,
): Promise<Omit<OpenRecords, "close">> {
  const [{ cloudStacks }, { readCloudLogin }, { cloudRecords }, { cloudBuilds }] = await Promise.all([
    import("../backend/cloud.js"),
    import("../backend/cloud-login.js"),
    import("./cloud.js"),
    import("./builds/cloud.js"),
  ]);
  const stacks = cloudStacks(url, await readCloudLogin(url, env), project, {
    signal,
    trace: reporter?.trace,
  });
  return { records: cloudRecords(stacks), builds: cloudBuilds(stacks) };
}
