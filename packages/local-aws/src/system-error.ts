import { getSystemErrorMap } from "node:util";

/**
 * What the machine says about a system call that failed, and where: "no space left on device: /home/x (ENOSPC, write)".
 * Undefined for any other error. Source: errno(3).
 */
export function systemErrorText(error: unknown): string | undefined {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { errno, syscall, path, dest } = cause as NodeJS.ErrnoException & { dest?: string };
    const [code, words] = (errno === undefined ? undefined : getSystemErrorMap().get(errno)) ?? [];
    if (code === undefined || words === undefined || syscall === undefined) continue;
    const place =
      [path, dest].filter((each) => each !== undefined).join(", ") || `the disk of ${process.cwd()}`;
    return `${words}: ${place} (${code}, ${syscall})`;
  }
  return undefined;
}
