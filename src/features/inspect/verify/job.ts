import { waitingMessages } from "../../../adapters/aws/dead-letters.js";
import { type Job, jobsOf } from "../../../core/project/jobs.js";
import { type Finding, find, type Judgement, fail, pass } from "./finding.js";
import { judgeScan } from "./image-scan.js";
import { judgeLogGroup } from "./log-group.js";
import { judgeImage, judgeRole, judgeSecret } from "./service.js";
import type { VerifyInput } from "./verify-input.js";

/** Of each job: its own image, if it has one, its roles, its secrets, and the queue for starts that are given up. */
export function jobFindings(subject: VerifyInput): Promise<Finding>[] {
  return jobsOf(subject.config).flatMap((job) => findingsOf(subject, job));
}

function findingsOf(subject: VerifyInput, { name, settings, task }: Job): Promise<Finding>[] {
  const { service, deadLetter } = settings;
  const image =
    service !== undefined
      ? []
      : [
          find(`${name}/image`, () => judgeImage(subject, name)),
          find(`${name}/image scan`, () => judgeScan(subject, name)),
        ];
  return [
    ...image,
    find(`${name}/log group`, () => judgeLogGroup(subject, name)),
    find(`${name}/execution role`, () => judgeRole(subject, name, "execution")),
    find(`${name}/task role`, () => judgeRole(subject, name, "task")),
    ...Object.entries(task.secrets).map(([variable, arn]) =>
      find(`${name}/secret ${variable}`, () => judgeSecret(subject, arn)),
    ),
    ...(deadLetter === undefined
      ? []
      : [find(`${name}/dead letter queue`, () => judgeQueue(subject, deadLetter))]),
  ];
}

async function judgeQueue({ context }: VerifyInput, arn: string): Promise<Judgement> {
  const waiting = await waitingMessages(context.aws, arn);
  if (waiting === undefined)
    return fail(
      `There is no queue ${arn}. On the local target, \`moorage local queue ${arn.split(":").at(-1) ?? ""} --waiting 0\` makes it.`,
    );
  return waiting === 0
    ? pass(`${arn} is there, and empty.`)
    : fail(`${waiting} starts that were given up wait in ${arn}.`);
}
