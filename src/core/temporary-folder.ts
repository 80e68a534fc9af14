import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFolder } from "./make-folder.js";
import { badRequest } from "./errors.js";

/**
 * The folder for temporary files (`TMPDIR`), made where it is not there. Raises `temporary-folder` (exit 2) for a place
 * where none can be.
 */
export async function temporaryPlace(place = tmpdir()): Promise<string> {
  try {
    makeFolder(place);
  } catch (error) {
    throw unusable(place, error);
  }
  return place;
}

/** A new folder for temporary files; whoever asks removes it. Raises `temporary-folder` (exit 2). */
export async function temporaryFolder(prefix: string, place = tmpdir()): Promise<string> {
  await temporaryPlace(place);
  return mkdtemp(join(place, prefix)).catch((error: unknown) => {
    throw unusable(place, error);
  });
}

function unusable(place: string, error: unknown): Error {
  const why = error instanceof Error ? error.message : String(error);
  return badRequest(
    "temporary-folder",
    `${place} cannot hold temporary files: ${why}.`,
    "Set TMPDIR to a folder that this user can write to and that has room, then run the command again.",
    error,
  );
}
