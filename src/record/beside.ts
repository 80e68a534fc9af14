import { join } from "node:path";
import { parseBackend, unsupported } from "../backend/backend.js";
import { fileRecords } from "./file.js";
import type { RecordStore } from "./record.js";

/** A project's records, and what ends the connections to them. */
export interface OpenRecords {
  records: RecordStore;
  close(): void;
}

/** The records beside a project's state, on whatever backend that is. Raises `backend-unsupported` (exit 2). */
export async function recordsBeside(backendUrl: string, project: string): Promise<OpenRecords> {
  const backend = parseBackend(backendUrl);
  if (backend.kind === "files") {
    return { records: fileRecords(join(backend.folder, ".moorage", project)), close: () => undefined };
  }
  if (backend.kind === "cloud") throw unsupported(backendUrl);
  const [{ openObjects }, { objectRecords }] = await Promise.all([
    import("../aws/objects.js"),
    import("./objects.js"),
  ]);
  const objects = await openObjects(backend.place);
  const records = objectRecords(objects, `${backend.place.prefix}.moorage/${project}/`);
  return { records, close: () => objects.close() };
}
