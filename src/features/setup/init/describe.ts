import colours from "picocolors";
import type { Answers } from "./answers.js";
import { foundationsOf } from "./foundations.js";
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
}

export function describeInit({ dryRun, files, next }: InitResult): string {
  const lines = files.map(({ path, action }) => `  ${colours.dim(action.padEnd(9))} ${path}`);
  const differences = dryRun
    ? files.flatMap(({ difference }) => (difference === "" ? [] : [difference]))
    : [];
  const title = dryRun ? "Nothing was written; this would be:" : "Written:";
  const steps = next.map((step, index) => `  ${index + 1}. ${step}`);
  return `${[title, ...lines, ...differences, "", "Next:", ...steps].join("\n")}\n`;
}

/** The way from the written files to a first preview, for people. */
export function nextSteps(answers: Answers, folder: Folder): string[] {
  const { app, zone, backendUrl } = answers;
  const foundations = foundationsOf(answers).map(({ stack }) => stack);
  return [
    "Read the files, and add .moorage/ to .gitignore.",
    `Try it here: moorage local image . --repository ${app} --tag v1 && moorage preview up --pr 1 --tag v1 --target local`,
    ...(folder.hasDockerfile ? [] : ["Write a Dockerfile: on AWS the app runs as the image that it makes."]),
    ...(backendUrl === undefined
      ? [
          "Say where Pulumi keeps its state: moorage infra bootstrap --bucket <name> makes a place in an empty account.",
        ]
      : []),
    ...(zone === undefined
      ? [
          `Create the domain's zone, then run moorage init again with --zone: it writes ${foundations.join(", ")}.`,
        ]
      : foundations.map((stack) => `moorage infra up ${stack}`)),
    ...(answers.installation.way === "vendor"
      ? []
      : [
          `npm install --package-lock-only --ignore-scripts --prefix ${moorageFolder}, at the repository's top; commit its lock file`,
        ]),
    ...answers.unreviewed.map(
      (name) =>
        `Releases reach ${name} without approval: give it reviewers in Pulumi.github.yaml, or leave it so`,
    ),
    "moorage infra up github",
    "moorage doctor",
  ];
}
