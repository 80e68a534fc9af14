import { badRequest } from "../errors.js";

/** A whole commit: 40 hexadecimal digits in lower case; 64 in a repository of SHA-256. */
export const wholeCommitPattern = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

export function isWholeCommit(text: string | undefined): text is string {
  return text !== undefined && wholeCommitPattern.test(text);
}

/** A whole commit, as options take it. Raises `bad-arguments`. */
export function wholeCommit<Text extends string | undefined>(option: string, text: Text): Text {
  if (text === undefined || wholeCommitPattern.test(text)) return text;
  throw badRequest(
    "bad-arguments",
    `${option} ${JSON.stringify(text.slice(0, 80))} is not a full commit.`,
    "Give all 40 hexadecimal digits in lower case: what is approved is exactly one commit.",
  );
}
