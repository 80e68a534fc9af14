import { bounds } from "../core/bounds.js";

const unread = new AbortController();

let toStdout = process.stdout.write.bind(process.stdout);

/** From now on stdout has Moorage's own result alone: what `moorage.ts` or a package of it prints goes to stderr. */
export function keepStdout(): void {
  toStdout = process.stdout.write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
}

/** One line of what a command shows as it comes. */
export function printLine(line: string): void {
  toStdout(`${line}\n`);
}

/** Aborted once nobody reads stdout any more. */
export const stdoutClosed: AbortSignal = unread.signal;

/**
 * Whoever reads stdout or stderr may go away (`| head`, a pager that is quit, a terminal that is closed): an unread line is
 * no reason to end a run (F40). Without a listener the error of the write would be an uncaught one.
 */
export function outliveReaders(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!unread.signal.aborted && !gone.includes(error.code ?? "")) {
      process.stderr.write(`warning: the result could not be written to stdout: ${error.message}\n`);
    }
    unread.abort();
  });
}

/** Nobody is there to read; other errors (a full disk) lose a result that somebody wants. */
const gone = ["EPIPE", "EIO", "ERR_STREAM_DESTROYED", "ECONNRESET", "EBADF"];

/**
 * Resolves when the text has left the process, so that exiting cuts nothing off, or nobody is there to take it. A reader that
 * only pauses is waited for until `signal` is aborted: then false.
 */
export function writeResult(text: string, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const late = () => setTimeout(() => resolve(false), bounds.lastWords);
    if (signal.aborted) late();
    else signal.addEventListener("abort", late, { once: true });
    toStdout(text, () => resolve(true));
  });
}

/** Resolves when stderr has what was written to it, or nobody takes it. */
export function flushMessages(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, bounds.lastWords);
    process.stderr.write("", () => resolve());
  });
}
