/** Whose a log group is that stands where a service's would be made. */
export type LogGroupOwner = "nobody" | "this stack" | "another";

/**
 * A group of this stack, left by a run that crashed, is taken over; one of another project or stack never is: two apps of
 * one account and environment would write into one group, and the end of one would end the other's.
 */
export function logGroupOwner(
  tags: Readonly<Record<string, string>> | undefined,
  { project, stack }: { project: string; stack: string },
): LogGroupOwner {
  if (tags === undefined) return "nobody";
  return tags["moorage:project"] === project && tags["moorage:stack"] === stack ? "this stack" : "another";
}

/** What is wrong with a group of another's, and the next thing to do. */
export function foreignLogGroup(
  name: string,
  tags: Readonly<Record<string, string>> | undefined,
): { message: string; hint: string } {
  const { "moorage:project": project, "moorage:stack": stack } = tags ?? {};
  const whose =
    project === undefined ? "carries no tag of Moorage's" : `is ${project}'s, of stack ${stack ?? "?"}`;
  return {
    message: `The log group ${name} is there already and ${whose}.`,
    hint: "Give this project its own log groups, such as `moorage:logGroupPrefix: /ecs/<app>`, or delete the group.",
  };
}
