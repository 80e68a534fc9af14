import type { Answers } from "./answers.js";
import { foundationsOf } from "./foundations.js";
import { environmentOrder } from "./train.js";
import { inYaml } from "./yaml-text.js";

/** `Pulumi.foundation-<environment>.yaml`. */
export function foundationFile(answers: Answers, stack: string): string {
  const { app, repository, zone, backendUrl, main } = answers;
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
  # Hosts are <stack>.<domain>, of previews pr-<N>.lb2.<domain>. Previews run unreviewed code: give them a domain that nothing else shares.
  moorage:domain: ${inYaml(domain)}
  # The hosted zone in which the certificate is proved and the hosts are entered.
  moorage:zone: ${zone ?? ""}
${balancerLines(answers, environments)}  moorage:network: { cidr: 10.${20 + at}.0.0/16, zones: 2, nat: single, endpoints: [s3] }
  # All that images are pushed to, and the accounts that they are promoted to and from.
  moorage:repositories: { ${[`names: [${inYaml(app)}]`, ...neighbours].join(", ")} }
${stateLines(backendUrl)}  # The repository whose workflows may act here; each has a role of its own.
  moorage:github: { repository: ${repository}${main === "main" ? "" : `, branches: [${inYaml(main)}], main: ${inYaml(main)}`} }
`;
}

/** Where previews stand, a load balancer more. */
function balancerLines(answers: Answers, environments: readonly string[]): string {
  const [base = ""] = environmentOrder(answers);
  if (!environments.includes(base)) return "";
  return `  # One for the environments, one for previews. \`shared\` saves the price of one, and lets previews take the environments' requests.
  moorage:loadBalancers: { previews: own, count: 2 }
`;
}

function accountList(key: string, account: string | undefined): string[] {
  return account === undefined ? [] : [`${key}: ["${account}"]`];
}

/** The workflows' roles may reach what they need of the bucket that `infra bootstrap` has made. */
function stateLines(backendUrl: string | undefined): string {
  const bucket = /^s3:\/\/([^?/]+)/.exec(backendUrl ?? "")?.[1];
  if (bucket === undefined) return "";
  return `  # Where the state is, and its key (default alias/moorage), as created by \`moorage infra bootstrap\`.
  moorage:state: { bucket: ${bucket}, existing: true }
`;
}
