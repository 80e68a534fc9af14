import type { FoundService } from "../services.js";
import type { Folder } from "../detect-app.js";
import type { InitArguments } from "../gather.js";
import type { Imported, ImportedPart } from "./imported.js";

/** What is named on the command line, and what was read for the rest. */
export function withImported(args: InitArguments, { answers, environments }: Imported): InitArguments {
  const { registry, ...others } = answers;
  return {
    ...others,
    ...(registry !== undefined && { registry: [registry] }),
    ...(environments.length > 0 && { environments }),
    ...Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined)),
  };
}

/** The folder with what was read in place of what it tells itself. */
export function folderOf(folder: Folder, imported: Imported): Folder {
  const built = [...imported.services, ...imported.jobs].filter(
    ({ isBuilt, settings }) => isBuilt && settings["service"] === undefined,
  );
  return { ...folder, services: built.map(asFound), notes: imported.next };
}

function asFound({ name, settings }: ImportedPart): FoundService {
  const { build = {}, port } = settings as {
    build?: { context?: string; dockerfile?: string; target?: string; args?: Record<string, string> };
    port?: number;
  };
  return {
    name,
    context: build.context ?? ".",
    dockerfile: build.dockerfile ?? "Dockerfile",
    target: build.target,
    args: build.args,
    port: port === undefined ? undefined : String(port),
    hasUser: true,
  };
}
