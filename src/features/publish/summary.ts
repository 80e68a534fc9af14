import { reportSections, type CommentContent } from "./comment/deployment.js";
import { inCode, inText, link } from "./comment/escape.js";
import { fitSections } from "./comment/fit.js";

/** What a job's summary tells besides what a comment does. */
export interface SummaryContent extends CommentContent {
  /** The ref that ran, `refs/pull/42/merge`; a pull request's own branch where there is one. */
  branch: string;
  actor: string;
  /** ARNs with revision, by service. */
  taskDefinitions: Readonly<Record<string, string>>;
}

/** Half of what GitHub takes from one step. Source: GitHub, "Adding a job summary", 1 MiB a step. */
const summaryLimit = 524_288 / 2;

/** The job summary, in Markdown: who deployed what, from where, and where to look at it. */
export function jobSummary(content: SummaryContent): string {
  const { identity, status, url, branch, actor, taskDefinitions } = content;
  const links = Object.entries(taskDefinitions).flatMap(([name, arn]) => {
    const address = consoleUrl(arn);
    return address === undefined ? [] : [`- ${link(`${name} in the ECS console`, address)}`];
  });
  const head = [
    `## ${inCode(identity.stack)}: ${status}`,
    ...(url === undefined ? [] : [link(url, url)]),
    `- Branch ${inCode(branch)}\n- Started by ${inText(actor)}`,
  ].join("\n\n");
  const places = { name: "console links", importance: 2, text: links.join("\n") };
  return fitSections(head, [...reportSections(content), ...(links.length > 0 ? [places] : [])], summaryLimit);
}

const arnForm = /^arn:([a-z0-9-]+):ecs:([a-z0-9-]+):\d{12}:task-definition\/([\w-]+):(\d+)$/;

/** Source: AWS, "Endpoints and ARNs for AWS in China"; "AWS GovCloud (US)", console. */
const consoles: Readonly<Record<string, string>> = {
  aws: "console.aws.amazon.com",
  "aws-cn": "console.amazonaws.cn",
  "aws-us-gov": "console.amazonaws-us-gov.com",
};

/** Other partitions have consoles at addresses that their users know. */
function consoleUrl(arn: string): string | undefined {
  const [, partition = "", region, family, revision] = arnForm.exec(arn) ?? [];
  const host = consoles[partition];
  if (region === undefined || host === undefined) return undefined;
  return `https://${region}.${host}/ecs/v2/task-definitions/${family}/${revision}?region=${region}`;
}
