/** What AWS says about a call that it has refused. */
export interface RefusedCall {
  /** `ecs:UpdateService`; undefined where AWS does not name it. */
  action: string | undefined;
  /** The role's or user's own name. */
  principal: string | undefined;
  resource: string | undefined;
  /** The kind of policy that denies the call (an explicit deny, a boundary, an organization's policy), if AWS names it. */
  by: "identity" | "explicit deny" | "boundary" | "organisation";
}

/** Source: IAM, "Troubleshoot access denied error messages": "User: ... is not authorized to perform: ... on resource: ...". */
export function refusedCall(message: string): RefusedCall {
  const principal = /User: (arn:\S+)/.exec(message)?.[1];
  return {
    action: /perform: ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(message)?.[1],
    principal: principal?.split(":").at(-1)?.split("/")[1],
    resource: /on resource: (\S+?)[,.]?(\s|$)/.exec(message)?.[1],
    by: refuserIn(message),
  };
}

function refuserIn(message: string): RefusedCall["by"] {
  if (/service control policy|resource control policy/i.test(message)) return "organisation";
  if (/permissions boundary/i.test(message)) return "boundary";
  if (/explicit deny/i.test(message)) return "explicit deny";
  return "identity";
}

/** The next thing to do about it, in a sentence. */
export function whatToPermit({ action, principal, resource, by }: RefusedCall): string {
  const what = `${action ?? "the action that the message names"}${resource ? ` on ${resource}` : ""}`;
  const who = principal === undefined ? "the role" : principal;
  switch (by) {
    case "organisation":
      return `A policy of the organisation refuses ${what}: its administrator must allow it for ${who}.`;
    case "boundary":
      return `The permissions boundary of ${who} refuses ${what}: it must allow that too.`;
    case "explicit deny":
      return `A policy denies ${what} to ${who}: remove the denial; an additional permission does not help.`;
    case "identity":
      return `Give ${who} ${what}; roles created by \`moorage infra up\` have it.`;
  }
}
