import type { Answers } from "./answers.js";
import { imageRepositoryOf } from "./environment-file.js";
import { accountOf, type ExistingParts } from "./existing.js";
import { foundationsOf, type PlannedFoundation } from "./foundations.js";
import { partitionOf } from "../../../core/project/partition.js";
import { keyFor, secretsProviderLine, stateBucket } from "./state-settings.js";
import { environmentOrder } from "./train.js";
import { inYaml } from "./yaml-text.js";

/** `Pulumi.foundation-<environment>.yaml`. */
export function foundationFile(answers: Answers, stack: string): string {
  const { repository, zone, main } = answers;
  const built = answers.services.map((service) => inYaml(imageRepositoryOf(answers, service)));
  const names = built.length > 0 ? built : [inYaml(answers.app)];
  const all = foundationsOf(answers);
  const at = all.findIndex((one) => one.stack === stack);
  const { environments = [], domain = "" } = all[at] ?? {};
  const neighbours = [
    ...accountList("pullAccounts", all[at + 1]?.account),
    ...accountList("promoteFrom", all[at - 1]?.account),
  ];
  const parts = existingIn(answers, all[at]);
  return `${secretsProviderLine(answers, stack, environments[0])}config:
  # The environments that stand on it.
  moorage:environments: [${environments.join(", ")}]
  # Hosts are <stack>.<domain>, of previews pr-<N>.lb2.<domain>. Previews run unreviewed code: give them a domain that nothing else shares.
  moorage:domain: ${inYaml(domain)}
${zoneLines(zone)}${existingLines(answers, all[at], parts)}${balancerLines(environments, answers, parts)}${networkLines(parts, freeNetwork(answers, at))}  # All that images are pushed to, and the accounts that they are promoted to and from.
  moorage:repositories: { ${[`names: [${names.join(", ")}]`, ...neighbours].join(", ")} }
${stateLines(answers, environments[0])}  # The repository whose workflows may act here; each has a role of its own.
  moorage:github: { repository: ${repository}${providerOf(answers, all[at])}${main === "main" ? "" : `, branches: [${inYaml(main)}], main: ${inYaml(main)}`} }
`;
}

/** An account has one provider for GitHub: where another app of the repository makes it, this one uses it. */
function providerOf({ siblings, region }: Answers, planned: PlannedFoundation | undefined): string {
  const { account } = planned ?? {};
  if (account === undefined || !siblings.providers.includes(account)) return "";
  return `, provider: "arn:${partitionOf(region)}:iam::${account}:oidc-provider/token.actions.githubusercontent.com"`;
}

/** Where previews stand, a load balancer more. */
function balancerLines(
  environments: readonly string[],
  answers: Answers,
  parts: ExistingParts | undefined,
): string {
  const [base = ""] = environmentOrder(answers);
  if (!environments.includes(base) || parts?.previewListener !== undefined) return "";
  if (parts?.listener !== undefined)
    return `  # Previews use the environments' listener, and could take their requests: with --preview-listener they have one of their own.
  moorage:loadBalancers: { previews: shared }
`;
  return `  # One for the environments, one for previews. \`shared\` saves the price of one, and lets previews take the environments' requests.
  moorage:loadBalancers: { previews: own, count: 2 }
`;
}

function accountList(key: string, account: string | undefined): string[] {
  return account === undefined ? [] : [`${key}: ["${account}"]`];
}

/** What of the account's this foundation stands on: the parts that are named are of one account. */
function existingIn(answers: Answers, planned: PlannedFoundation | undefined): ExistingParts | undefined {
  const { existing } = answers;
  if (existing === undefined || planned === undefined) return undefined;
  const account = accountOf(existing) ?? foundationsOf(answers)[0]?.account;
  return account === planned.account ? existing : undefined;
}

function existingLines(
  { region }: Answers,
  planned: PlannedFoundation | undefined,
  parts: ExistingParts | undefined,
): string {
  if (parts === undefined) return "";
  const { cluster, listener, previewListener, vpc, subnets } = parts;
  const arn =
    cluster?.startsWith("arn:") === false
      ? `arn:${partitionOf(region)}:ecs:${region}:${planned?.account ?? ""}:cluster/${cluster}`
      : cluster;
  const named = Object.entries({ cluster: arn, listener, previewListener, vpc }).flatMap(([name, value]) =>
    value === undefined ? [] : [`      ${name}: ${value}`],
  );
  const { balancerSubnets = [], assignPublicIp } = parts;
  const list = [
    ...(subnets.length === 0 ? [] : [`      subnets: [${subnets.join(", ")}]`]),
    ...(balancerSubnets.length === 0 ? [] : [`      balancerSubnets: [${balancerSubnets.join(", ")}]`]),
    ...(assignPublicIp
      ? [
          "      # Their subnets reach the internet by an internet gateway alone.",
          "      assignPublicIp: true",
        ]
      : []),
  ];
  return `${["  # It is looked up, and never changed.", "  moorage:foundation:", "    existing:", ...named, ...list].join("\n")}\n`;
}

/** The next that no other app of the repository has. */
function freeNetwork({ siblings }: Answers, at: number): number {
  return Math.max(19, ...siblings.networks) + 1 + at;
}

function zoneLines(zone: string | undefined): string {
  if (zone === undefined) return "";
  return `  # The hosted zone in which the certificate is proved and the hosts are entered.
  moorage:zone: ${zone}
`;
}

function networkLines(parts: ExistingParts | undefined, second: number): string {
  if ((parts?.vpc ?? parts?.listener) !== undefined) return "";
  return `  moorage:network: { cidr: 10.${String(second)}.0.0/16, zones: 2, nat: single, endpoints: [s3] }\n`;
}

/** The workflows' roles may reach what they need of the bucket that `infra bootstrap` has made. */
function stateLines(answers: Answers, environment: string | undefined): string {
  const bucket = stateBucket(answers);
  if (bucket === undefined) return "";
  const key = keyFor(answers, environment);
  const named = key?.startsWith("arn:") ? `, key: ${JSON.stringify(key)}` : "";
  return `  # Where the state is, and its key (default alias/moorage), as created by \`moorage infra bootstrap\`.
  moorage:state: { bucket: ${bucket}${named}, existing: true }
`;
}
