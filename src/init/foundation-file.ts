import type { Answers } from "./answers.js";
import { foundationsOf } from "./foundations.js";

/** `Pulumi.foundation-<environment>.yaml`. */
export function foundationFile(answers: Answers, stack: string): string {
  const { app, repository, zone } = answers;
  const all = foundationsOf(answers);
  const at = all.findIndex((one) => one.stack === stack);
  const { environments = [], domain = "" } = all[at] ?? {};
  const neighbours = [
    ...accountList("pullAccounts", all[at + 1]?.account),
    ...accountList("promoteFrom", all[at - 1]?.account),
  ];
  return `config:
  # The environments that stand on it.
  moorage:environments: [${environments.join(", ")}]
  # Hosts are <stack>.<domain>. Previews run unreviewed code: give them a domain that nothing else shares.
  moorage:domain: ${domain}
  # The hosted zone in which the certificate is proved and the hosts are entered.
  moorage:zone: ${zone ?? ""}
  moorage:network: { cidr: 10.${20 + at}.0.0/16, zones: 2, nat: single, endpoints: [s3] }
  # All that images are pushed to, and the accounts that they are promoted to and from.
  moorage:repositories: { ${[`names: [${app}]`, ...neighbours].join(", ")} }
  # The repository whose workflows may act here; each has a role of its own.
  moorage:github: { repository: ${repository} }
`;
}

function accountList(key: string, account: string | undefined): string[] {
  return account === undefined ? [] : [`${key}: ["${account}"]`];
}
