import { moorageVersion } from "../../../core/version.js";
import { sha256 } from "../install/archive.js";
import { recordFile, recordText, type WrittenRecord } from "../install/record.js";
import type { Answers } from "./answers.js";
import { compareAll } from "./compare.js";
import type { ScaffoldFile } from "./file.js";
import type { WrittenFile } from "./init.js";
import type { Installation } from "./installation.js";
import { environmentOrder } from "./train.js";
import { writeFileIn } from "./write.js";

/** The record with an app's part renewed; `written` are the files that are now as `init` would have them. */
export function withApp(
  known: WrittenRecord | undefined,
  answers: Pick<Answers, "app" | "place" | "scope" | "main" | "commands" | "environments" | "installation">,
  written: readonly ScaffoldFile[],
): WrittenRecord {
  const { app, place, scope, main, commands, installation } = answers;
  const own = {
    app,
    place,
    ...(scope !== undefined && { scope }),
    main,
    commands,
    environments: environmentOrder(answers),
  };
  return {
    version: moorageVersion(),
    install: installOf(installation),
    apps: [...(known?.apps.filter((one) => one.place !== place) ?? []), own],
    files: { ...known?.files, ...hashesOf(written) },
  };
}

export function hashesOf(files: readonly ScaffoldFile[]): Record<string, string> {
  return Object.fromEntries(files.map(({ path, content }) => [path, sha256(content)]));
}

/** What a later run needs to know of it. */
export function installOf(installation: Installation): WrittenRecord["install"] {
  const { way, from } = installation;
  if (way === "vendor") return { way, ...(from !== undefined && { from }) };
  const { dependency } = installation;
  if (way === "npm") return { way, dependency, ...(from !== undefined && { from }) };
  return {
    way,
    dependency,
    from,
    ref: installation.ref,
    ...(installation.name !== undefined && { name: installation.name }),
  };
}

/** It is Moorage's own, so it is replaced without a question. */
export async function writeRecord(
  folder: string,
  up: string,
  record: WrittenRecord,
  dryRun: boolean,
): Promise<WrittenFile> {
  const file = { path: `${up}${recordFile}`, content: recordText(record) };
  const [compared] = await compareAll(folder, [file]);
  const action =
    compared?.state === "same" ? "unchanged" : compared?.state === "new" ? "created" : "replaced";
  if (action !== "unchanged" && !dryRun) await writeFileIn(folder, file);
  return { path: file.path, action, difference: "" };
}
