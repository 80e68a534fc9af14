import { tmpdir } from "node:os";

/** What a machine says when one of its own limits is met, and what helps. Source: errno(3). */
const limits: Readonly<Record<string, { what: string; hint: string }>> = {
  ENOSPC: { what: "No space is left", hint: "Free some space there, then run the command again." },
  EDQUOT: {
    what: "The disk quota is used up",
    hint: "Free some space there, or raise the quota, then run the command again.",
  },
  EROFS: {
    what: "The file system is read-only",
    hint: "Use a folder that can be written to (MOORAGE_HOME, TMPDIR).",
  },
  EACCES: {
    what: "Access is denied",
    hint: "Give this user the rights to it, or use another folder (MOORAGE_HOME, TMPDIR).",
  },
  EPERM: {
    what: "The operation is not permitted",
    hint: "Give this user the rights to it, or use another folder.",
  },
  EMFILE: {
    what: "Too many files are open in this process",
    hint: "Raise the limit (`ulimit -n`), then run the command again.",
  },
  ENFILE: {
    what: "Too many files are open on this machine",
    hint: "Stop the programs that hold them, or raise the limit, then run the command again.",
  },
  ENOMEM: { what: "No memory is left", hint: "Stop what uses it, then run the command again." },
  EAGAIN: {
    what: "No more processes can be started",
    hint: "Raise the limit (`ulimit -u`), then run the command again.",
  },
  EIO: {
    what: "The disk cannot be read or written",
    hint: "Check the machine's log: the disk may be failing.",
  },
  ENOTDIR: {
    what: "A part of the path is not a folder",
    hint: "Name another place (--cwd, MOORAGE_HOME, TMPDIR), or move the file away.",
  },
  EISDIR: {
    what: "There is a folder where a file is expected",
    hint: "Move the folder away, then run the command again.",
  },
  ENOENT: {
    what: "A file or folder does not exist",
    hint: "Create it, or name another place (--cwd, MOORAGE_HOME, TMPDIR).",
  },
  ENAMETOOLONG: {
    what: "The path is too long",
    hint: "Use a folder with a shorter path (MOORAGE_HOME, TMPDIR).",
  },
  ELOOP: { what: "A link leads in a circle", hint: "Correct the link, then run the command again." },
  EEXIST: {
    what: "There is a file where a folder is expected",
    hint: "Move the file away, or name another place (MOORAGE_HOME, TMPDIR).",
  },
  EXDEV: { what: "Two folders are on different disks", hint: "Put them on one (MOORAGE_HOME, TMPDIR)." },
  EBUSY: { what: "Something else uses it", hint: "Stop what uses it, then run the command again." },
};

const noFolder = {
  message: "The folder in which this command was started does not exist any more (uv_cwd)",
  hint: "Go to a folder that exists, then run the command again.",
};

/**
 * What a system call's failure says about the machine; undefined for any other error. A write that fails because there is no space
 * does not tell its file: then the folders that are written to are named.
 */
export function machineLimit(error: unknown): { code: string; message: string; hint: string } | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code = "", syscall, path, dest } = cause as NodeJS.ErrnoException & { dest?: string };
    const limit = Object.hasOwn(limits, code) ? limits[code] : undefined;
    if (limit === undefined || syscall === undefined) continue;
    if (syscall === "uv_cwd") return { code, ...noFolder };
    const place = [path, dest].filter((each) => each !== undefined).join(", ") || written();
    return { code, message: `${limit.what}: ${place} (${code}, ${syscall})`, hint: limit.hint };
  }
  return undefined;
}

/** Where this process runs; `/` where that folder has been removed: whatever needs it fails by its own name. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return "/";
  }
}

/** Where this process writes. */
function written(): string {
  const home = process.env["MOORAGE_HOME"];
  return `the disk of ${[...new Set([home, workingFolder(), tmpdir()].filter(Boolean))].join(", or of ")}`;
}
