import colours from "picocolors";
import type { Answers } from "./answers.js";
import { otherAccounts, stateBucket, stateRegion } from "./state-settings.js";
import { imageRepositoryOf } from "./environment-file.js";
import { foundationName } from "../../../core/project/foundation-of-app.js";
import { inYaml } from "./yaml-text.js";
import { shownLine } from "../../../core/shown.js";
import type { Left } from "./import/imported.js";
import { foundationsOf, isWritten } from "./foundations.js";
import { moorageFolder } from "./installation.js";
import type { WrittenFile } from "./init.js";
import type { Folder } from "./detect-app.js";

/** The stable JSON of `init`. */
export interface InitResult {
  folder: string;
  dryRun: boolean;
  files: WrittenFile[];
  /** What a person does now, in order. */
  next: string[];
  /** Options of `init` that would use what is in the account already. */
  offers: string[];
  /** What `--import` read and could not carry over. */
  left: Left[];
}

export function describeInit({ dryRun, files, next, offers, left }: InitResult): string {
  const lines = files.map(({ path, action }) => `  ${colours.dim(action.padEnd(9))} ${path}`);
  const differences = dryRun
    ? files.flatMap(({ difference }) => (difference === "" ? [] : [difference]))
    : [];
  const title = dryRun ? "Nothing was written; this would be:" : "Written:";
  const steps = next.map((step, index) => `  ${index + 1}. ${step}`);
  const there =
    offers.length === 0
      ? []
      : [
          "",
          "The account has these already; to use them instead of new ones, run it again with:",
          ...offers.map((line) => `  ${line}`),
        ];
  return `${[title, ...lines, ...differences, ...leftLines(left), "", "Next:", ...steps, ...there].join("\n")}\n`;
}

/** Each with its place, so that a person can go through them. */
function leftLines(left: readonly Left[]): string[] {
  if (left.length === 0) return [];
  return [
    "",
    "Not carried over:",
    ...left.map(({ where, what, why }) => `  ${where} ${what}: ${why}`).map(shownLine),
  ];
}

/** The way from the written files to a first preview, for people: each step works once those before it are done. */
export function nextSteps(answers: Answers, folder: Folder): string[] {
  const { app, installation } = answers;
  const up = answers.place === "" ? "" : "../".repeat(answers.place.split("/").length);
  const moorage = installation.way === "vendor" ? `node ${up}${moorageFolder}/moorage.mjs` : "npx moorage";
  const foundations = foundationsOf(answers);
  const written = foundations.filter((one) => isWritten(answers, one));
  const missing = foundations
    .filter((one) => !one.elsewhere && !written.includes(one))
    .map(({ stack }) => stack);
  return [
    "Read the files, and add .moorage/ to .gitignore",
    ...folder.notes,
    ...(installation.way === "npm"
      ? [
          `npm install --package-lock-only --ignore-scripts --prefix ${moorageFolder}, at the repository's top; commit its lock file`,
        ]
      : []),
    ...(installation.way === "action"
      ? [
          `If ${installation.from} is private: allow calls of its workflows (Settings, Actions, General, Access), and give this repository a secret MOORAGE_TOKEN that reads it`,
        ]
      : []),
    ...(folder.hasDockerfile
      ? []
      : [
          `Write a Dockerfile${folder.manifest === undefined && folder.language !== undefined ? ` for ${folder.language.name}` : ""}: on AWS the app runs as the image that it makes`,
        ]),
    ...(folder.hasDockerfile && answers.services.some(({ hasUser }) => !hasUser)
      ? [
          "The Dockerfile names no user but root, and so the app runs as root: name one there (`USER`), or set `user` in moorage:services",
        ]
      : []),
    ...(answers.existing?.listener !== undefined && answers.existing.previewListener === undefined
      ? [
          "Previews share the environments' listener, and their unreviewed code could take its requests: give them another load balancer's with --preview-listener, if you can",
        ]
      : []),
    `Try it here: ${moorage} local image . --repository ${app} --tag v1 && ${moorage} preview up --pr 1 --tag v1 --target local`,
    ...stateSteps(answers, moorage),
    ...(missing.length > 0
      ? [
          `Create the domain's zone, then run ${moorage} init again with --zone: it writes ${missing.join(", ")}`,
        ]
      : []),
    ...foundations.filter(({ elsewhere }) => elsewhere).map(({ stack }) => listingStep(answers, stack)),
    ...written.map(({ stack }) => `${moorage} infra up ${stack}`),
    ...answers.unreviewed.map(
      (name) =>
        `Releases reach ${name} without approval: give it reviewers in Pulumi.github.yaml, or leave it so`,
    ),
    `GITHUB_TOKEN=... ${moorage} infra up github`,
    `GITHUB_TOKEN=... ${moorage} doctor`,
    `Commit, push to ${answers.main}, and give a pull request the label deploy`,
  ];
}

/** A foundation of another project makes the app's roles and repositories once it lists the app. */
function listingStep(answers: Answers, foundation: string): string {
  const { app, scope, repository, main, infrastructure } = answers;
  const branch = main === "main" ? "" : `, main: ${inYaml(main)}`;
  const own = `repository: ${repository}${branch}`;
  const github =
    infrastructure === undefined ? own : `repository: ${infrastructure}, application: { ${own} }`;
  const images = answers.services.map((service) => imageRepositoryOf(answers, service));
  const parts = [
    `app: ${app}`,
    ...(scope === undefined ? [] : [`scope: ${scope}`]),
    `github: { ${github} }`,
    ...(images.length > 1 ? [`repositories: { names: [${images.join(", ")}] }`] : []),
  ];
  const { project = "", stack } = foundationName(foundation);
  return `In the project ${project}: add \`- { ${parts.join(", ")} }\` to moorage:apps of Pulumi.${stack}.yaml, then run moorage infra up ${stack}`;
}

/** Where Pulumi keeps its state has to be there before anything else is made. */
function stateSteps(answers: Answers, moorage: string): string[] {
  if (answers.backendUrl === undefined)
    return [
      `Say where Pulumi keeps its state (backend.url in Pulumi.yaml): ${moorage} infra bootstrap --bucket <name> makes a place in an empty account`,
    ];
  const bucket = stateBucket(answers);
  if (bucket === undefined) return [];
  const others = otherAccounts(answers).map((account) => ` --account ${account}`);
  const command = `${moorage} infra bootstrap --bucket ${bucket} --region ${stateRegion(answers)}${others.join("")}`;
  const again = `Run ${moorage} init again with --state-key and the key's ARN, as it was printed: the stacks of ${otherAccounts(answers).join(", ")} need it`;
  return [command, ...(others.length > 0 && answers.stateKey === undefined ? [again] : [])];
}
