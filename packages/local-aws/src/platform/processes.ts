/** Whether a process of that id runs: one of another user counts too. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/**
 * Signals the process group that `pid` leads; false when it is gone. Of a group in which every process has ended and was not
 * reaped Linux says ESRCH or nothing, macOS EPERM: kill(2).
 */
export function signalGroup(pid: number, signal: NodeJS.Signals, kill = process.kill.bind(process)): boolean {
  try {
    return kill(-pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ESRCH" || code === "EPERM") return false;
    throw error;
  }
}

/**
 * Linux's numbers: ECS tells exit codes of Linux containers, whatever system rehearses them (macOS has others from SIGBUS
 * on). Source: signal(7), "Signal numbering", x86 and ARM.
 */
const linuxSignals: Partial<Record<NodeJS.Signals, number>> = {
  ...{
    SIGHUP: 1,
    SIGINT: 2,
    SIGQUIT: 3,
    SIGILL: 4,
    SIGTRAP: 5,
    SIGABRT: 6,
    SIGBUS: 7,
    SIGFPE: 8,
    SIGKILL: 9,
  },
  ...{
    SIGUSR1: 10,
    SIGSEGV: 11,
    SIGUSR2: 12,
    SIGPIPE: 13,
    SIGALRM: 14,
    SIGTERM: 15,
    SIGCHLD: 17,
    SIGCONT: 18,
  },
  ...{
    SIGSTOP: 19,
    SIGTSTP: 20,
    SIGTTIN: 21,
    SIGTTOU: 22,
    SIGURG: 23,
    SIGXCPU: 24,
    SIGXFSZ: 25,
    SIGVTALRM: 26,
  },
  ...{ SIGPROF: 27, SIGWINCH: 28, SIGIO: 29, SIGPWR: 30, SIGSYS: 31 },
};

/** What a shell or a container runtime says of a process that a signal ended: 137 for SIGKILL. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + (linuxSignals[signal] ?? 0);
}
