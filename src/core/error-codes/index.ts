import { awsCodes } from "./aws.js";
import { deployCodes } from "./deploy.js";
import { engineCodes } from "./engine.js";
import { githubCodes } from "./github.js";
import { imageCodes } from "./images.js";
import { infraCodes } from "./infra.js";
import { jobCodes } from "./jobs.js";
import { machineCodes } from "./machine.js";
import { previewCodes } from "./previews.js";
import { projectCodes } from "./project.js";
import { releaseCodes } from "./releases.js";
import { requestCodes } from "./request.js";
import type { ErrorKind, ErrorRow } from "./row.js";
import { setupCodes } from "./setup.js";
import { stateCodes } from "./state.js";

/** The codes by subject, in the order of docs/error-codes.md. */
export const errorCodeGroups = [
  { title: "The command line", codes: requestCodes },
  { title: "init and upgrade", codes: setupCodes },
  { title: "Project and settings", codes: projectCodes },
  { title: "Deployments", codes: deployCodes },
  { title: "Jobs, run and exec", codes: jobCodes },
  { title: "Previews", codes: previewCodes },
  { title: "Images", codes: imageCodes },
  { title: "Releases and promotion", codes: releaseCodes },
  { title: "Infrastructure", codes: infraCodes },
  { title: "Locks, record and backend", codes: stateCodes },
  { title: "The Pulumi engine", codes: engineCodes },
  { title: "AWS", codes: awsCodes },
  { title: "GitHub", codes: githubCodes },
  { title: "The machine, and Moorage itself", codes: machineCodes },
] as const;

const rows = {
  ...requestCodes,
  ...setupCodes,
  ...projectCodes,
  ...deployCodes,
  ...jobCodes,
  ...previewCodes,
  ...imageCodes,
  ...releaseCodes,
  ...infraCodes,
  ...stateCodes,
  ...engineCodes,
  ...awsCodes,
  ...githubCodes,
  ...machineCodes,
};

/** Every code of an error. A new one needs a row here first. */
export type ErrorCode = keyof typeof rows;

/** The codes whose row is of this kind. */
export type CodeOfKind<Kind extends ErrorKind> = {
  [Code in ErrorCode]: (typeof rows)[Code]["kind"] extends Kind ? Code : never;
}[ErrorCode];

/** Every code's row. */
export const errorCodes: Readonly<Record<ErrorCode, ErrorRow>> = rows;
