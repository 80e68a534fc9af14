import type { ErrorRow } from "./row.js";

/** What AWS answers, classified (src/adapters/aws/errors.ts). */
export const awsCodes = {
  credentials: {
    kind: "bad-request",
    fault: "caller",
    message: "No valid AWS credentials to <do something>: <what AWS says>",
    cause: "There are no AWS credentials, or they are expired or not accepted.",
    fix: "Log in to AWS, set AWS_PROFILE, or let the workflow assume a role.",
  },
  permission: {
    kind: "bad-request",
    fault: "caller",
    message: "AWS does not allow to <do something>: <what AWS says>",
    cause: "The role lacks the action that AWS names.",
    fix: "Add the action to the role; `moorage infra diff foundation-<env>` shows whether roles are behind.",
  },
  throttled: {
    kind: "failed",
    fault: "platform",
    message: "AWS throttles the calls to <do something>: <what AWS says>",
    cause: "The account's runs share AWS's request limits.",
    fix: "Run the command again in a minute, or fewer at once.",
    retry: true,
  },
  quota: {
    kind: "failed",
    fault: "platform",
    message: "A quota of the AWS account is used up, so AWS refused to <do something>: <what AWS says>",
    cause:
      "The account's quota for this kind of resource is used up, often by previews. See also `preview-quota` and `no-room`.",
    fix: "Remove what is not needed (`moorage preview sweep`), or ask for more in Service Quotas; `moorage verify` shows how much is left.",
    retry: true,
  },
  "not-found": {
    kind: "failed",
    fault: "platform",
    message: "AWS did not find what is needed to <do something>: <what AWS says>",
    cause: "A resource that the configuration names does not exist in this account and region, or not yet.",
    fix: "Check that it exists there, and that the configuration names it correctly.",
    retry: true,
  },
  unreachable: {
    kind: "failed",
    fault: "platform",
    message: "AWS could not be reached to <do something>: <reason>",
    cause: "The network between this machine and AWS.",
    fix: "Check proxy, DNS and region, then run the command again.",
    retry: true,
  },
  "aws-settings": {
    kind: "bad-request",
    fault: "caller",
    message: "AWS's SDK cannot <do something>: <reason>",
    cause:
      "A variable or a line of the AWS profile has a value that the SDK does not take, or the region is missing.",
    fix: "Correct or unset what the message names.",
  },
  aws: {
    kind: "failed",
    fault: "platform",
    message: "AWS failed to <do something>: <what AWS says>",
    cause: "AWS answered with an error that is none of the others.",
    fix: "Read what AWS says; run the command again.",
    retry: true,
  },
  "endless-list": {
    kind: "failed",
    fault: "platform",
    message: "The pages of a list repeat: a page that was already read came again.",
    cause: "AWS answered the pages of a list in a circle.",
    fix: "Run the command again; nothing was changed because of the incomplete list.",
    retry: true,
  },
} as const satisfies Record<string, ErrorRow>;
