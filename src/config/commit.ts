import { badRequest } from "../errors.js";

/** A whole commit, as options take it. Raises `bad-arguments`. */
export function wholeCommit<Text extends string | undefined>(option: string, text: Text): Text {
  if (text === undefined || /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text)) return text;
  throw badRequest(
    "bad-arguments",
    `${option} ${JSON.stringify(text.slice(0, 80))} is not a whole commit.`,
    "Give all 40 hexadecimal digits in lower case: what is approved is exactly one commit.",
  );
}
