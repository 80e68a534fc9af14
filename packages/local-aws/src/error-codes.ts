/** What there is to know about a code of the local target; the driver's own are in its src/core/error-codes. */
export interface LocalErrorRow {
  kind: "bad-request" | "failed";
  /** Who has to act. */
  fault: "caller" | "platform" | "moorage";
  /** What the message looks like: `<...>` stands for what differs. */
  message: string;
  /** Why it happens. */
  cause: string;
  /** What to do. */
  fix: string;
  /** Whether the same command may succeed later, with nobody changing anything. Without it: no. */
  retry?: true;
}

const rows = {
  "local-silent": {
    kind: "failed",
    fault: "platform",
    message: "The local target at 127.0.0.1:<port> <did not answer>.",
    cause: "The local target's process hangs, was suspended, or is another home's.",
    fix: "Run `moorage local stop`, then the command again; if it does not stop, kill its process.",
    retry: true,
  },
  "local-not-started": {
    kind: "failed",
    fault: "platform",
    message: "The local target did not start<reason>",
    cause: "Its process ended at once or was too slow; the message has the last lines of its log.",
    fix: "Look at its log; `moorage local reset` starts over with an empty local target.",
    retry: true,
  },
  "local-not-stopped": {
    kind: "failed",
    fault: "platform",
    message: "The local target did not stop in time.",
    cause: "A container of it does not end.",
    fix: "Look at its log, then run the command again.",
    retry: true,
  },
  "local-setting-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "The environment variable <name> is <value>; it must be <what>.",
    cause: "A variable of the local target has a value that it cannot have.",
    fix: 'Correct or unset it; docs/configuration.md, "The local target".',
  },
  "endpoint-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "The emulator of <service> is said to be at <address>: <why>.",
    cause: "`endpoints` of `moorage:local` names another machine, or a service that cannot be emulated.",
    fix: "Name an address on loopback, such as http://127.0.0.1:4566.",
  },
  "emulator-unreachable": {
    kind: "failed",
    fault: "platform",
    message: "Nothing answers at <address>, where moorage:local says that <services> are emulated<reason>.",
    cause: "The emulator does not run, or listens on another port.",
    fix: "Start it, or correct or remove `endpoints` of `moorage:local`. Nothing was changed.",
    retry: true,
  },
  "home-unusable": {
    kind: "bad-request",
    fault: "caller",
    message: "<folder> cannot hold the local target: <reason>.",
    cause: "MOORAGE_HOME cannot be made or written to.",
    fix: "Set MOORAGE_HOME to a folder of your own.",
  },
  "home-not-empty": {
    kind: "bad-request",
    fault: "caller",
    message: "<folder> holds other files (<names>): it cannot become the local target's home.",
    cause: "MOORAGE_HOME names a folder that something else uses.",
    fix: "Set MOORAGE_HOME to a folder that is empty or does not exist yet.",
  },
  "home-unreadable": {
    kind: "failed",
    fault: "platform",
    message: "<file> cannot be read.",
    cause: "A file of the local target's home is damaged.",
    fix: "Remove the folder with `moorage local reset --yes` to begin with an empty local target.",
  },
  "fault-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "The fault <kind> is not valid: <mistakes>.",
    cause: "A fault that should be played has an unknown kind or a wrong option.",
    fix: "Run `moorage local fault --help`.",
  },
  "fault-unknown": {
    kind: "bad-request",
    fault: "caller",
    message: "There is no fault <id>.",
    cause: "The fault to clear is not in force any more.",
    fix: "`moorage local fault --list` shows those in force.",
  },
  "folder-not-found": {
    kind: "bad-request",
    fault: "caller",
    message: "There is no folder <folder>.",
    cause: "The app's folder does not exist, or is a file.",
    fix: "Name the folder that holds the app's package.json or Dockerfile.",
  },
  "package-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> is not JSON: <reason>",
    cause: "The app's package.json cannot be read as one.",
    fix: "Correct it.",
  },
  "dependencies-not-installed": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> names dependencies that are not installed: <names>.",
    cause: "The image is made of the app's folder with its node_modules, and some are missing.",
    fix: "Run the install command that the hint names, then try again.",
  },
  "nothing-to-build": {
    kind: "bad-request",
    fault: "caller",
    message: '<folder> has no Dockerfile and no package.json with a "start" script.',
    cause: "The local target does not know how to start the app.",
    fix: 'Add "scripts": { "start": "node server.js" } to its package.json.',
  },
  "container-tool-missing": {
    kind: "bad-request",
    fault: "caller",
    message:
      "Neither Docker nor Podman works here, and one of them is needed for the Dockerfile of <folder>.",
    cause: "The app has a Dockerfile, and no container tool is installed or running.",
    fix: 'Start Docker or Podman, or give the app a package.json with a "start" script.',
  },
  "link-dangles": {
    kind: "bad-request",
    fault: "caller",
    message: "<link> is a link to <target>, which does not exist, or is not in the image.",
    cause: "A symbolic link in the app's folder leads nowhere, or to what .dockerignore excludes.",
    fix: "Remove the link, restore its target, or exclude the link in .dockerignore.",
  },
  "link-leaves-image": {
    kind: "bad-request",
    fault: "caller",
    message:
      "<link> is a link to <target>, which is not in the image: it lies outside of <folder>, or is an absolute path.",
    cause: "A symbolic link leads out of the app's workspace, where a container has nothing.",
    fix: "Make it a relative link within the workspace, copy what it points at, or exclude it in .dockerignore.",
  },
  "repository-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: '"<repository>" is not a repository name.',
    cause: "ECR would not take the name.",
    fix: "Use lower-case letters, digits and single separators: team/hello-api.",
  },
  "tag-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: '"<tag>" is not an image tag.',
    cause: "ECR would not take the tag.",
    fix: "Use at most 128 letters, digits, '_', '.' and '-', not starting with '.' or '-'.",
  },
  "tag-immutable": {
    kind: "bad-request",
    fault: "caller",
    message: "<what the registry says>",
    cause: "The repository's tags are immutable, and this one names other bytes.",
    fix: "Use another tag.",
  },
  "push-refused": {
    kind: "failed",
    fault: "platform",
    message: "The registry refused <image>: <reason> (<code>).",
    cause: "The local registry answered a push with an error.",
    fix: "Try again.",
    retry: true,
  },
  "registry-unreachable": {
    kind: "failed",
    fault: "platform",
    message: "The registry at <address> does not answer (<request>).",
    cause: "The local target stopped during a push.",
    fix: 'Check "moorage local status", then try again.',
    retry: true,
  },
  "image-archive-unknown": {
    kind: "failed",
    fault: "platform",
    message: "The saved image is not in the docker-archive format: <reason>",
    cause: "Docker or Podman saved the image in a format that is not known.",
    fix: "Update Docker or Podman.",
  },
  machine: {
    kind: "failed",
    fault: "platform",
    message: "<which limit>: <file or folder> (<errno>, <system call>)",
    cause: "The machine refused a system call: no disk space, no permission, too many open files.",
    fix: "Make room, give the rights, or use another folder (MOORAGE_HOME, TMPDIR).",
    retry: true,
  },
  unexpected: {
    kind: "failed",
    fault: "moorage",
    message: "<the error's own text>",
    cause: "A defect in the local target.",
    fix: "Run the command again with MOORAGE_LOG=debug and report the stack trace.",
  },
} as const satisfies Record<string, LocalErrorRow>;

/** Every code of a failure of the local target. A new one needs a row here first. */
export type LocalErrorCode = keyof typeof rows;

/** The codes whose row is of this kind. */
export type LocalCodeOfKind<Kind extends LocalErrorRow["kind"]> = {
  [Code in LocalErrorCode]: (typeof rows)[Code]["kind"] extends Kind ? Code : never;
}[LocalErrorCode];

/** Every code's row. */
export const localErrorCodes: Readonly<Record<LocalErrorCode, LocalErrorRow>> = rows;
