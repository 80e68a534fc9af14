import { inCode, link } from "../../publish/comment/escape.js";
import type { RequestResult } from "./remote-deploy.js";

/** A request's result for people. */
export function describeRequest({ app, environment, imageTag, run, durationMs }: RequestResult): string {
  const seconds = (durationMs / 1000).toFixed(0);
  return `${app} ${imageTag} is deployed to ${environment}, in ${seconds} s\n${run === null ? "" : `  ${run.url}\n`}`;
}

/** The result of a request as Markdown for the job summary. */
export function requestSummary(result: RequestResult): string {
  const { app, environment, imageTag, repository, run, verdict } = result;
  const lines = [
    `## ${inCode(app)} to ${inCode(environment)}: ${verdict}`,
    `- Image tag ${inCode(imageTag)}\n- Repository ${inCode(repository)}`,
    ...(run === null ? [] : [link("Its run", run.url)]),
  ];
  return lines.join("\n\n");
}
