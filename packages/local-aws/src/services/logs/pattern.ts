import { AwsError } from "../../cloud.js";

/**
 * CloudWatch's unstructured filter patterns: all plain terms must occur, `?term` any of them, `-term` none; quotes keep spaces.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * Patterns for JSON and space-delimited events are refused.
 */
export function logFilter(pattern: string | undefined): (message: string) => boolean {
  const source = pattern?.trim() ?? "";
  if (source.startsWith("{") || source.startsWith("[")) {
    throw new AwsError(
      "InvalidParameterException",
      `Invalid filter pattern: ${source} is not part of the local target`,
    );
  }
  const terms = [...source.matchAll(/([?-]?)(?:"([^"]*)"|(\S+))/g)].map((match) => ({
    mode: match[1] ?? "",
    term: match[2] ?? match[3] ?? "",
  }));
  const of = (mode: string) => terms.filter((term) => term.mode === mode).map((term) => term.term);
  const [all, any, none] = [of(""), of("?"), of("-")];
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}
