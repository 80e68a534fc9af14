import { inCode, link } from "../../publish/comment/escape.js";
import type { DraftResult } from "./draft.js";

const words: Record<DraftResult["result"], string> = {
  created: "is drafted",
  updated: "is drafted",
  unchanged: "is drafted already",
  released: "is published already",
};

/** A draft's result for people. */
export function describeDraft({ tag, result, environment, imageTag, commit, url }: DraftResult): string {
  return `${tag} ${words[result]}: ${imageTag}, which ${environment} runs, of commit ${commit}\n  ${url}\n`;
}

/** The drafted release as Markdown for the job summary. */
export function draftSummary({ tag, result, imageTag, environment, url }: DraftResult): string {
  const facts = `Image ${inCode(imageTag)}, which ${inCode(environment)} runs`;
  return `## ${inCode(tag)} ${words[result]}\n\n${facts}\n\n${link("The release", url)}`;
}
