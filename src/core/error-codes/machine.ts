import type { ErrorRow } from "./row.js";

/** The machine that Moorage runs on, and Moorage itself. */
export const machineCodes = {
  machine: {
    kind: "failed",
    fault: "platform",
    message: "<which limit>: <file or folder> (<errno>, <system call>)",
    cause:
      "The machine refused a system call: no disk space, no permission, too many open files, a missing folder.",
    fix: "Follow the hint under the message, then run the command again.",
    retry: true,
  },
  "unsupported-system": {
    kind: "bad-request",
    fault: "caller",
    message: "Moorage does not run on Windows itself: it runs on Linux and macOS.",
    cause: "The command was started with Node for Windows.",
    fix: "Install WSL (`wsl --install`), Node and git in it, and run the command there, in a clone on its own disk.",
  },
  "no-home": {
    kind: "bad-request",
    fault: "caller",
    message: "This user has no home folder: HOME is not set, and the system knows none.",
    cause: "The process runs as a user without a home folder, as in some containers.",
    fix: "Set HOME to a folder that this user can write to.",
  },
  "temporary-folder": {
    kind: "bad-request",
    fault: "caller",
    message: "<folder> cannot hold temporary files: <reason>.",
    cause: "The folder for temporary files is missing, full or not writable.",
    fix: "Set TMPDIR to a folder that this user can write to and that has room.",
  },
  "no-answer": {
    kind: "failed",
    fault: "platform",
    message: "<host> sent nothing for <seconds> s.",
    cause: "A server, or the network on the way, has stopped answering.",
    fix: "Check the network, then run the command again.",
    retry: true,
  },
  "answer-broken": {
    kind: "failed",
    fault: "platform",
    message: "The response of <host> was cut off: <reason>",
    cause: "The connection was cut in the middle of an answer.",
    fix: "Run the command again.",
    retry: true,
  },
  interrupted: {
    kind: "interrupted",
    fault: "caller",
    message: "Interrupted by <signal>.",
    cause: "Ctrl-C, a cancelled job, or a terminal that was closed.",
    fix: "Run the same command again: it resumes where it stopped.",
    retry: true,
  },
  demo: {
    kind: "failed",
    fault: "moorage",
    message: "<what the demo expected and did not see>",
    cause: "The demo did not go as it must: a defect, or a machine that is overloaded.",
    fix: "Run the demo again with --keep, then look at `moorage local status`.",
    retry: true,
  },
  unexpected: {
    kind: "failed",
    fault: "moorage",
    message: "<the error's own text>",
    cause: "A defect in Moorage.",
    fix: "Run the command again with MOORAGE_LOG=debug and report the stack trace.",
  },
} as const satisfies Record<string, ErrorRow>;
