import type { ErrorRow } from "./row.js";

/** The project's files and settings. */
export const projectCodes = {
  "no-project": {
    kind: "bad-request",
    fault: "caller",
    message: "There is no Pulumi.yaml in <folder>.",
    cause: "The command was started in another folder than the project's.",
    fix: "Run it in the folder of Pulumi.yaml, or name that folder with --cwd.",
  },
  "project-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "Pulumi.yaml<what is wrong>",
    cause: "Pulumi.yaml has no usable name, an unusable `stackConfigDir`, or a secret in plain text.",
    fix: "Correct Pulumi.yaml as the message says.",
  },
  "config-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> has <number of mistakes>:",
    cause: "A setting is unknown, missing, of the wrong type, or contradicts another one.",
    fix: "Correct each line that the message names; docs/configuration.md lists every setting.",
  },
  "yaml-invalid": {
    kind: "bad-request",
    fault: "caller",
    message: "<file>:<line>:<column>: <reason>",
    cause: "The file is not YAML, or uses what YAML readers read differently.",
    fix: "Correct the line.",
  },
  "yaml-unreadable": {
    kind: "bad-request",
    fault: "caller",
    message: "<file> cannot be read: <reason>.",
    cause: "The file exists, and this user may not read it, or it is a folder.",
    fix: "Make it a readable file.",
  },
  "config-file": {
    kind: "bad-request",
    fault: "caller",
    message: "<name> is not a plain file of at most 1 MB.",
    cause: "A stack's file in the other commit is a link or too large, and is not followed.",
    fix: "Commit the settings as plain files in a plain folder.",
  },
  "config-folder": {
    kind: "bad-request",
    fault: "caller",
    message: "The folder <folder> cannot be read.",
    cause: "The folder from which the other commit's settings are taken does not exist or is not readable.",
    fix: "Name the folder of the other commit's Pulumi.yaml.",
  },
  "registry-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "The registry of <environment or service> is required.",
    cause: "`moorage:registry` is not set.",
    fix: "Set moorage:registry in Pulumi.<env>.yaml.",
  },
  "registry-not-ecr": {
    kind: "bad-request",
    fault: "caller",
    message: "<host>, the registry of <environment or service>, is not an ECR registry.",
    cause: "Images are looked up in ECR registries, and promoted between them, only.",
    fix: "Name one such as 111111111111.dkr.ecr.us-east-1.amazonaws.com.",
  },
  "service-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "<environment> runs the service <service>, which <other environment> does not have.",
    cause: "Two environments between which is promoted have different services.",
    fix: "Add the service to the one it comes from, or give it a fixed image where it runs.",
  },
  "same-environment": {
    kind: "bad-request",
    fault: "caller",
    message: "<environment> cannot be promoted to itself.",
    cause: "--from and --to name the same environment.",
    fix: "Name the environment that has run the image with --from and the next one with --to.",
  },
  "repository-shared": {
    kind: "bad-request",
    fault: "caller",
    message:
      "The services <services> and <service> are built differently, into one repository: <repository>.",
    cause: "One tag of one repository can only be one image.",
    fix: "Give each service a repository of its own, or the same `build`.",
  },
  "references-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "<stack> is not deployed: what its configuration refers to could not be found: <which, and why>",
    cause:
      "A setting names an export, a parameter, a secret or a stack's output that is not there in this account and region, is a secret, or may not be read by this role.",
    fix: "Create it, correct the name, or let an administrator add it to the foundation's settings.",
  },
  "statements-cut": {
    kind: "bad-request",
    fault: "caller",
    message: "<environment> is not deployed: its statements would allow nothing: <which, and why>",
    cause:
      "`statements` of a service or a job asks for more than the permissions boundary of the environment's roles allows, or names another partition.",
    fix: "Correct `statements`, or let an administrator add to `statements` in moorage:tasks of the foundation.",
  },
  "own-program": {
    kind: "bad-request",
    fault: "caller",
    message: "moorage.ts:<line>: <what is wrong>",
    cause:
      "The team's own program (docs/own-resources.md) cannot be loaded, has thrown, has not returned in time, or returned what it may not.",
    fix: "Correct the line that the message names.",
  },
  "preview-not-allowed": {
    kind: "refused",
    fault: "caller",
    message: "<stack> is not deployed: previews may not use what its configuration names: <secrets, roles>",
    cause:
      "The preview's configuration names a secret or policy, or its moorage.ts a resource or a statement, that the foundation does not allow to previews.",
    fix: "Name one that previews may have (docs/previews.md), or allow it in the foundation's `previews`.",
  },
  "preview-sign-in": {
    kind: "bad-request",
    fault: "caller",
    message:
      "<stack> is not deployed: <services> has `auth`, and its issuer does not know the hosts of previews.",
    cause: "A service signs people in, and previews have other hosts, to which an issuer sends nobody back.",
    fix: "Set `auth: none` in `moorage:preview.services.<service>`, if everybody who finds a preview may use it.",
  },
  "preview-roles-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "<stack> is not deployed: <foundation> has no roles for previews, and previews create none.",
    cause: "The foundation was deployed without `previews`, so there are no roles for a preview's tasks.",
    fix: "Add `previews` to the foundation and run `moorage infra up`, or name roles in moorage:preview.",
  },
  "app-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "Not specified: which <what>.",
    cause: "`moorage request` needs the app's name, and the folder's project has none.",
    fix: "Pass --app, or set moorage:app in Pulumi.yaml.",
  },
  "repository-missing": {
    kind: "bad-request",
    fault: "caller",
    message: "Not specified: which <what>.",
    cause: "`moorage request` needs the repository whose workflow deploys.",
    fix: "Pass --repository owner/name, or set moorage:request in Pulumi.yaml.",
  },
  "no-region": {
    kind: "bad-request",
    fault: "caller",
    message: "The bucket's region is required.",
    cause: "No AWS region is configured.",
    fix: "Pass --region, or set aws:region or AWS_REGION.",
  },
  "format-newer": {
    kind: "refused",
    fault: "caller",
    message:
      "<what> was written by Moorage <version>, in format <format>, which Moorage <version> does not know.",
    cause:
      "A newer version of Moorage has worked on this stack; an older one would lose what it does not know.",
    fix: "Use that version or a newer one here: bring the branch up to date.",
  },
} as const satisfies Record<string, ErrorRow>;
