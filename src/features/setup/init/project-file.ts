import type { Answers } from "./answers.js";
import { plannedFoundation } from "./foundations.js";
import { inYaml } from "./yaml-text.js";
import { gatesOf, environmentOrder } from "./train.js";

/** `Pulumi.yaml`. */
export function projectFile(answers: Answers): string {
  const { app, region, health, backendUrl } = answers;
  const [base = "", ...train] = environmentOrder(answers);
  const { domain } = plannedFoundation(answers, base);
  return `name: ${inYaml(app)}
description: ${app}, its environments and a preview of every pull request.
${runtimeOf(answers)}
${backendUrl === undefined ? "" : `backend:\n  url: ${backendUrl}\n`}
# What every stack inherits. Pulumi wants an object under \`value:\`, and a stack's own object replaces it whole.
config:
  aws:region: ${region}
  # First part of every name on AWS.
  moorage:app: ${inYaml(app)}
${repositoryLines(answers)}  # IAM tells log groups apart by their names alone: another app of the account has another prefix.
  moorage:logGroupPrefix: ${inYaml(`/ecs/${app}`)}
  # A preview takes its settings from \`base\`; it lives for \`ttl\` after its last deployment.
  moorage:preview:
    value: { base: ${base}, domain: ${inYaml(domain)}, ttl: 72h, label: deploy }
  # What a push to main, a pre-release and a release deploy.
  moorage:triggers:
    value: { main: ${base}, prerelease: ${train[0] ?? "[]"}, release: [${train.join(", ")}] }
  # How a release comes to an environment: auto, approval (its reviewers are asked) or manual (somebody starts it).
  moorage:release:
    value: ${mapping(gatesOf(answers))}
  # Asked over the load balancer after every rollout.
  moorage:smoke:
    value: { path: ${inYaml(health)}, timeout: 90s }
`;
}

/** What others of the repository must not be taken for, and which of its branches counts. */
function repositoryLines({ scope, main, place }: Answers): string {
  const lines = [
    ...(scope === undefined
      ? []
      : [
          "# What keeps it apart from other apps of the repository: its environments on GitHub, and tags such as",
          `# ${scope}-v1.2.3.`,
          `moorage:scope: ${inYaml(scope)}`,
          "# What it is made of: pull requests and pushes that change none of these leave it alone.",
          `moorage:paths:\n    value: [${JSON.stringify(`${place}/**`)}]`,
        ]),
    ...(main === "main"
      ? []
      : ["# The repository's default branch.", `moorage:main:\n    value: { branch: ${inYaml(main)} }`]),
  ];
  return lines.map((line) => `  ${line}\n`).join("");
}

/** Where Moorage is installed the plain CLI finds its programs, which are JavaScript: `pulumi preview -s dev`. */
function runtimeOf({ program }: Answers): string {
  if (program === undefined) return "runtime: nodejs";
  return `runtime: { name: nodejs, options: { typescript: false } }\nmain: ${program}`;
}

function mapping(entries: readonly (readonly [string, string])[]): string {
  if (entries.length === 0) return "{}";
  return `{ ${entries.map(([key, value]) => `${key}: ${value}`).join(", ")} }`;
}
