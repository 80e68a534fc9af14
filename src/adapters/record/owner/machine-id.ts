import { randomUUID } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type System, thisSystem } from "@moorage/local-aws";
import { makeFolder } from "../../../core/make-folder.js";
import { engineFolder } from "../../engine/pinned.js";

/** The machine's own id, else a random one that is kept in the user's cache; undefined when neither can be had. */
export function machineId(
  system: Pick<System, "machineId"> = thisSystem(),
  cache = dirname(engineFolder(process.env)),
): string | undefined {
  return checkedId(system.machineId()) ?? kept(join(cache, "machine-id"));
}

function kept(file: string): string | undefined {
  const known = idIn(file);
  if (known !== undefined) return known;
  const draft = `${file}.${String(process.pid)}.${randomUUID()}`;
  try {
    makeFolder(dirname(file));
    writeFileSync(draft, `${randomUUID()}\n`);
  } catch {
    return undefined; // Nothing can be kept here.
  }
  try {
    // Of several that make one at once, the first one's counts.
    linkSync(draft, file);
  } catch {
    // There is one by now.
  } finally {
    rmSync(draft, { force: true });
  }
  return idIn(file);
}

function idIn(file: string): string | undefined {
  try {
    return checkedId(readFileSync(file, "utf8").trim());
  } catch {
    return undefined;
  }
}

function checkedId(id: string | undefined): string | undefined {
  return id !== undefined && /^[\w-]{8,}$/.test(id) ? id : undefined;
}
