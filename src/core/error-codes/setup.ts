import type { ErrorRow } from "./row.js";

/** Of `init` and `upgrade`. */
export const setupCodes = {
  "answers-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "These could not be detected: <options>",
    cause: "`moorage init` cannot tell something from the folder, and there is no terminal to ask at.",
    fix: "Pass the options that the message lists, or run `moorage init` at a terminal.",
  },
  "import-unclear": {
    kind: "bad-request",
    fault: "caller",
    message: "Which container of <service> is the app's is not known: <containers>.",
    cause:
      "The running service's tasks have several essential containers, and no load balancer sends requests to one of them.",
    fix: "Name the container: `--import service:<cluster>/<name>/<container>`.",
  },
  "import-unreadable": {
    kind: "bad-request",
    fault: "caller",
    message: "<what> cannot be imported: <reason>",
    cause:
      "`--import` names something that is not there, cannot be read, or is neither a compose file, nor a folder of Copilot's, nor a service.",
    fix: "Give `compose.yaml`, `copilot/` or `service:<cluster>/<name>`, and correct what the message names.",
  },
  "answers-wrong": {
    kind: "bad-request",
    fault: "caller",
    message: "<option and what is expected>",
    cause: "An option of `moorage init` has a value that it cannot have.",
    fix: "Pass what the message says is expected.",
  },
  "files-differ": {
    kind: "bad-request",
    fault: "caller",
    message: "Nothing was written: these files are here, and differ.",
    cause: "`moorage init` would replace files that somebody has changed.",
    fix: "Run it at a terminal, where it asks about each file, or pass --force to replace them.",
  },
  "not-writable": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> cannot be written: <reason>.",
    cause: "`moorage init` may not write into the folder.",
    fix: "Make the folder writable for this user.",
  },
  "bundle-broken": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> is not a package of Moorage: <reason>.",
    cause:
      "The packed Moorage that a repository or an option names is no archive of Moorage's, is cut off, or has another SHA-256 than was expected.",
    fix: "Restore .github/moorage from git, or give the moorage-<version>.tgz of a release.",
  },
  "bundle-unreachable": {
    kind: "failed",
    fault: "platform",
    message: "<URL> could not be loaded: <reason>.",
    cause: "`moorage upgrade` cannot load the package or the checksums of a release.",
    fix: "Check the address and the network, or load the file by other means and pass its path with --to.",
    retry: true,
    changedNothing: true,
  },
  "not-built": {
    kind: "bad-request",
    fault: "caller",
    message: "<folder> is a checkout of Moorage that is not built.",
    cause:
      "`moorage init` and `moorage upgrade` pack the Moorage that runs them; a checkout has nothing to pack before it is built.",
    fix: "Run `npm run build` in the checkout.",
  },
  "not-initialized": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> does not exist: nothing that `moorage init` wrote is known here.",
    cause:
      "`moorage upgrade` renews what `moorage init` wrote, and finds no record of it at the repository's top.",
    fix: "Run `moorage init` first, in the app's folder.",
  },
  "setup-busy": {
    kind: "locked",
    fault: "caller",
    message: "Another `moorage init` or `moorage upgrade` has been at work in <folder> for <time>.",
    cause:
      "One of them writes at a time in a repository; the other may be waiting for an answer at a terminal.",
    fix: "Let it end, or answer its question, then run the command again.",
    retry: true,
  },
  "older-version": {
    kind: "bad-request",
    fault: "caller",
    message: "Moorage <version> is older than <version>, which wrote what is here.",
    cause:
      "`moorage init` or `moorage upgrade` would replace what a newer Moorage wrote with an older one's.",
    fix: "Use the newer one, or pass `--downgrade` to `moorage upgrade`.",
  },
  "checksums-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "<file or URL of the checksums> does not name <package>, whose SHA-256 is <hash>.",
    cause: "A package that is loaded from a URL is compared with a checksum before it is written.",
    fix: "Compare the hash with what the release states, then pass it with --checksums.",
  },
  "ref-unknown": {
    kind: "bad-request",
    fault: "caller",
    message: "<repository> has no tag or branch <ref>.",
    cause:
      "Callers name workflows by commit, and git does not find the commit of `--ref` in the repository of `--from`.",
    fix: "Give a tag, a branch or a whole commit of that repository with --ref.",
  },
  "folder-name": {
    kind: "bad-request",
    fault: "caller",
    message: "The folder <name> cannot be named in workflows.",
    cause: "The app's folder has characters that GitHub's workflow files cannot carry safely.",
    fix: "Rename it to letters, digits, dots, hyphens and underscores.",
  },
  "unreviewed-environment": {
    kind: "bad-request",
    fault: "caller",
    message: "Releases reach <environments> without approval: <consequence>.",
    cause: "`moorage init` would set up an environment that anybody who may push a tag can deploy to.",
    fix: "Name reviewers with --reviewer, or say with --unreviewed that none are wanted.",
  },
} as const satisfies Record<string, ErrorRow>;
