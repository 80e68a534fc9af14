import type { Invocation } from "../../../core/command.js";
import type { Tool } from "../../../adapters/engine/inspect.js";
import { parseArn } from "../../../core/project/arn.js";
import { callerNow } from "../../../adapters/aws/caller.js";
import { type Finding, find, pass, skip } from "../../inspect/verify/finding.js";
import { judgeScratch } from "../../inspect/verify/scratch.js";
import { accountFindings, judgeCaller } from "./account.js";
import { foundationFindings } from "./foundations.js";
import { githubFindings, judgeMain } from "./github.js";
import { projectFindings } from "./project.js";
import { roleFindings } from "./roles.js";
import { judgeSubjectForm } from "./subject-form.js";
import { type DoctorInput, type Missing, openDoctorInput } from "./doctor-input.js";
import { readTokens, type Tokens } from "./tokens.js";
import { findingOf, inspectTools } from "./tools.js";
import { vendoredFindings } from "./vendored.js";
import { wallFindings } from "./walls.js";

/** The stable JSON of `doctor`. */
export interface Examination {
  /** Whether nothing failed. */
  ok: boolean;
  tools: Tool[];
  /** The tools among them, in the order in which a person fixes them. */
  checks: Finding[];
}

/** Looks at everything at once, and changes nothing. What cannot be looked at is skipped, with the reason. */
export async function examine(invocation: Invocation): Promise<Examination> {
  const [tools, vendored, around] = await Promise.all([
    inspectTools(invocation.env, invocation.signal),
    vendoredFindings(invocation.cwd),
    examineSurroundings(invocation),
  ]);
  const checks = [...tools.map(findingOf), ...vendored, ...around];
  return { ok: checks.every(({ result }) => result !== "NG"), tools, checks };
}

/** The project, its repository and its account, without this machine's tools. */
export async function examineSurroundings(invocation: Invocation): Promise<Finding[]> {
  const subject = await openDoctorInput(invocation);
  const { github, project } = subject;
  const tokens = "missing" in github ? undefined : readTokens(github, invocation);
  try {
    const [near, far] = await Promise.all([
      Promise.all([
        ...projectFindings(project),
        ...wallFindings(invocation.cwd, project),
        ...foundationFindings(invocation, project),
        ...hubFindings(subject, tokens),
      ]),
      awsFindings(subject, tokens),
    ]);
    return [...near, ...far];
  } finally {
    subject.close();
  }
}

type Asked = Promise<Tokens> | undefined;

function hubFindings({ github, wanted, project }: DoctorInput, tokens: Asked): Promise<Finding>[] {
  if ("missing" in github || "missing" in wanted || tokens === undefined) {
    return [skipped("GitHub/repository", reasonIn(github) ?? reasonIn(wanted))];
  }
  const { owner, repo } = github.access.repository;
  return [
    find("GitHub/repository", async () =>
      pass(`${owner}/${repo}, known to GitHub as ${(await tokens).facts.id}.`),
    ),
    find("GitHub/OIDC subject", async () => judgeSubjectForm(github, await tokens, project)),
    find("GitHub/default branch", async () => judgeMain(wanted.main, (await tokens).facts.defaultBranch)),
    ...githubFindings(github, wanted),
  ];
}

async function awsFindings({ aws, github, wanted }: DoctorInput, tokens: Asked): Promise<Finding[]> {
  if ("missing" in aws) return [await skipped("AWS/credentials", aws.missing)];
  const caller = await find("AWS/credentials", () => judgeCaller(aws));
  if (caller.result !== "OK") return [{ ...caller, result: "SKIP" }];
  const roles =
    "missing" in github || "missing" in wanted || tokens === undefined
      ? [skipped("AWS/roles", reasonIn(github) ?? reasonIn(wanted))]
      : roleFindings(aws, github, tokens, wanted);
  const readOnly = judgeScratch(parseArn((await callerNow(aws)).arn).partition);
  const doubts = readOnly === undefined ? [] : [find("AWS/read-only tasks", async () => readOnly)];
  return [caller, ...(await Promise.all([...roles, ...accountFindings(aws), ...doubts]))];
}

function reasonIn(part: object | Missing): string | undefined {
  return "missing" in part ? part.missing : undefined;
}

function skipped(check: string, reason = "It cannot be checked."): Promise<Finding> {
  return find(check, async () => skip(reason));
}
